"""The Explain page: which text, which view, what is refused. The worker's operations run here, in this process, through its own wire."""

from __future__ import annotations

import io
import socket
import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fmcore import inference
from fmcore.data import shelf
from fmcore.errors import FmcoreError
from fmcore.explain import attention
from fmcore.explain.packet import unpack
from fmcore.inference import wire
from fmcore.inference.operations import find
from fmcore.pipeline.trained import load
from fmcore.store import open_store
from pages.shared.explain import attention_view, explain_steps
from tests.inference.trained import trained
from tests.pages import history

HOSTILE = "</script><script>document.title='owned'</script> <img src=x onerror=alert(1)> 😀 שלום **b** $x$"


@pytest.fixture
def run_id(home: Path, tiny_model: Path, tiny_rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> str:
    """A done run whose model answers in this process."""
    made = trained(tiny_model, tiny_rows)
    held = load(made)

    def ask(run: str, operation: str, *, timeout: float = 0, **asked: Any) -> Any:
        assert run == made
        return through_the_wire(find(operation)(held, **through_the_wire(asked)))

    monkeypatch.setattr(inference, "ask", ask)
    monkeypatch.setattr(inference, "wake", lambda run=None: None)
    attention._kept.clear()
    return made


def through_the_wire(value: Any) -> Any:
    here, there = socket.socketpair()
    with here, there:
        sender = threading.Thread(target=here.sendall, args=(wire.pack(value),))
        sender.start()
        found = wire.receive(there)
        sender.join()
    return found


def shown(page: Any) -> list[tuple[dict, dict]]:
    """Return header and arrays of every attention view on the page."""
    return [unpack(bytes(one.proto.bytes)) for one in page.get("bidi_component")]


def test_a_row_of_the_data_is_shown_with_what_the_model_said(run_id: str) -> None:
    page = history.app("4_try/explain", view="attention", run=run_id)
    assert not page.exception and not page.error
    assert "True label" in history.words(page) and "not why the model answers" in history.words(page)
    [(header, arrays)] = shown(page)
    assert header["view"] == "heads" and header["heads"] == [0, 1] and arrays["weights"].shape[0] == 2


def test_a_link_opens_one_row_and_a_test_row_only_after_the_seal(run_id: str) -> None:
    store = open_store()
    dataset = store.dataset(store.run(run_id).spec.dataset)
    known, sealed = (shelf.rows(dataset.id, split).iloc[-1] for split in ("validation", "test"))
    page = history.app("4_try/explain", view="attention", run=run_id, item=str(known["fmc_id"]))
    assert known["text"] in history.words(page)
    page = history.app("4_try/explain", view="attention", run=run_id, item=str(sealed["fmc_id"]))
    assert "The test split is sealed" in history.words(page) and sealed["text"] not in history.words(page)
    assert store.looks(run_id) == []
    page.button(key="open-test").click().run()
    assert sealed["text"] in history.words(page) and [look.how for look in store.looks(run_id)] == ["explain page"]


@pytest.mark.parametrize("view", ["heads", "model", "neurons", "rollout"])
@pytest.mark.parametrize("of", ["run", "both"])
def test_every_view_draws_own_words_of_any_kind_as_data(run_id: str, view: str, of: str) -> None:
    page = history.app(
        "4_try/explain", view="attention", **{"run": run_id, "from": "own", "text": HOSTILE, "show": view, "of": of, "layer": "1"}
    )
    assert not page.exception and not page.error, [one.value for one in page.error]
    found = shown(page)
    assert len(found) == (2 if of == "both" else 1)
    assert "script" in found[0][0]["tokens"] and not any("<script" in str(one.value) for one in page.markdown)


def test_one_layer_and_the_chosen_heads_are_sent_and_nothing_else(run_id: str) -> None:
    page = history.app(
        "4_try/explain", view="attention", **{"run": run_id, "from": "own", "text": "it was lovely", "layer": "1", "heads": "1"}
    )
    [(header, arrays)] = shown(page)
    assert header["layer"] == 1 and header["heads"] == [1]
    assert arrays["weights"].shape == (1, 5, 5)


def test_step_by_step_shows_the_formula_the_matrices_and_the_check(run_id: str) -> None:
    for step, pictures in {"x": 1, "qkv": 3, "scores": 1, "weights": 1, "mixed": 1, "output": 1}.items():
        page = history.app("4_try/explain", **{"run": run_id, "from": "own", "text": "it was lovely", "view": "steps", "step": step})
        assert not page.exception and not page.error
        assert len(page.get("plotly_chart")) == pictures
        assert "from the model's own numbers" in page.success[0].value
        assert page.get("latex")[0].value.count("colorbox") == 1


def test_the_formula_lights_up_one_line() -> None:
    import numpy as np

    found = {"tokens": ["a", "b"], "x": np.zeros((2, 6)), "q": np.zeros((2, 3)), "n_heads": 2}
    lines = explain_steps.formula(found, "scores").split(r"\\[0.7em]")
    assert [r"\colorbox" in line for line in lines] == [False, False, True, False, False, False]
    assert r"\mathbb{R}^{2 \times 6}" in lines[0] and r"\sqrt{3}" in lines[2]


def test_nothing_typed_and_a_run_without_a_model_are_sentences(run_id: str) -> None:
    page = history.app("4_try/explain", view="attention", **{"run": run_id, "from": "own"})
    assert "Type a text" in page.info[0].value and not page.get("bidi_component")
    store = open_store()
    baseline = history.baseline_of(store, history.add_dataset(store), history.finished_run(store, store.datasets()[0]))
    page = history.app("4_try/explain", view="attention", run=baseline)
    assert "no model" in page.info[0].value and not page.exception


def test_what_the_worker_refuses_is_one_sentence(run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(run: str, operation: str, **asked: Any) -> Any:
        raise FmcoreError("The model of {run} is not there any more.", run=run)

    monkeypatch.setattr(inference, "ask", gone)
    page = history.app("4_try/explain", view="attention", run=run_id)
    assert [one.value.replace("\\", "") for one in page.error] == [f"The model of {run_id} is not there any more."] and not page.exception


def test_a_token_that_can_not_be_seen_is_shown_by_a_mark() -> None:
    assert attention_view.shown(" ") == "␣" and attention_view.shown("\u202eevil") == "\ufffdevil"
    found = {"tokens": ["</script>", "\0"], "weights": attention.np.zeros((1, 2, 2), attention.np.uint8), "second": None}
    header, _ = unpack(attention_view.packet(found, "heads"))
    assert header["tokens"] == ["</script>", "\ufffd"] and io.BytesIO(attention_view.packet(found, "heads")).getbuffer().nbytes < 2500
