"""A real worker process: it answers as the model does, survives being killed, and says in one sentence what can't be done."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fmcore import inference
from fmcore.errors import FmcoreError
from fmcore.evaluation import predictions, thresholds
from fmcore.evaluation.predict import predict_rows
from fmcore.inference import client, place
from fmcore.inference.models import LIBRARIES, Models
from fmcore.pipeline.runs import folder
from fmcore.records import Columns, Sentence
from fmcore.settings import get_settings
from tests.hostile import EMPTY, STRINGS
from tests.inference.trained import trained


def workers(home: Path) -> list[int]:
    """Return the workers that ever served in this home, the newest last."""
    log = home / "inference" / "worker.log"
    lines = log.read_text().splitlines() if log.exists() else []
    return [int(line.split()[2]) for line in lines if " serves " in line]


def by_the_model(run_id: str, texts: list[str]) -> np.ndarray:
    """Return the scores as the model gives them in this process, at the temperature of its validation rows."""
    frame, labels = pd.DataFrame({"text": texts}), ("bad", "good")
    raw = predict_rows(folder(run_id) / "model", frame, columns=Columns("text", "label"), labels=labels, device="cpu")
    fitted = thresholds.fit_temperature(predictions.read(folder(run_id) / "predictions" / "validation.parquet"), labels).value
    assert fitted is not None
    powered = raw ** (1 / fitted)
    return powered / powered.sum(1, keepdims=True)


def test_answers_are_those_of_the_model_at_the_temperature_of_validation(run_id: str) -> None:
    texts = ["the room was lovely", "short", "awful " * 300, "the meal was slow and the doctor was quick"]
    found = inference.answer(run_id, texts)
    expected = by_the_model(run_id, texts)
    assert [[a.scores["bad"], a.scores["good"]] for a in found] == [pytest.approx(row, abs=1e-6) for row in expected.tolist()]
    assert [a.label for a in found] == [("bad", "good")[place] for place in expected.argmax(1)]
    assert [a.confidence for a in found] == [max(a.scores.values()) for a in found]
    assert [(a.tokens, a.cut, a.calibrated) for a in found] == [(6, False, True), (3, False, True), (128, True, True), (11, False, True)]


def test_whatever_is_typed_is_answered(run_id: str) -> None:
    texts = {name: text for name, text in STRINGS.items() if name not in EMPTY}
    found = dict(zip(texts, inference.answer(run_id, [*texts.values()]), strict=True))
    assert all(a.scores["bad"] + a.scores["good"] == pytest.approx(1) for a in found.values())
    assert [name for name, a in found.items() if a.cut] == ["long"]
    assert found["one-word"].tokens == 3  # 5,000 letters are one unknown word, between the marks for beginning and end
    alone = inference.answer(run_id, [texts["script"]])[0]
    assert alone.scores == pytest.approx(found["script"].scores, abs=1e-6)


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ([""], "There is no text to answer."),
        (["fine", " \n\t"], "Text 2 of 2 is empty."),
        (["x" * 1_000_001], "Text 1 is longer than 1,000,000 characters"),
        ([("a", "b")], "The model reads one text, not pairs."),
        ([None], "Item 1 is no text."),
    ],
)
def test_what_can_not_be_answered_is_said_in_one_sentence(run_id: str, texts: list[str], sentence: str) -> None:
    with pytest.raises(FmcoreError, match=sentence):
        inference.answer(run_id, texts)


def test_unknown_runs_and_operations_are_named(run_id: str) -> None:
    with pytest.raises(FmcoreError, match="There is no run r-nowhere"):
        inference.answer("r-nowhere", ["hello"])
    with pytest.raises(FmcoreError, match="There is no operation called poetry. Known: .*answer"):
        inference.ask(run_id, "poetry")


def test_an_operation_asked_wrongly_leaves_a_reference_in_the_log(run_id: str, served: Path) -> None:
    with pytest.raises(FmcoreError, match="not your doing") as told:
        inference.ask(run_id, "answer", verses=3)
    reference = str(told.value).rstrip(".").split()[-1]
    assert f"reference {reference}" in (served / "inference" / "worker.log").read_text()


def test_pairs_are_answered_as_pairs(pairs_id: str) -> None:
    one, other = inference.answer(pairs_id, [("the room", "so be it"), ("so be it", "the room")])
    assert one.tokens == other.tokens == 8
    assert one.scores != other.scores
    with pytest.raises(FmcoreError, match="reads pairs of texts; item 1 is not a pair"):
        inference.answer(pairs_id, ["the room"])


def test_fifty_who_ask_at_once_find_one_worker_and_get_their_own_answers(run_id: str, served: Path) -> None:
    texts = [f"the room number {i} was {'lovely' if i % 2 else 'slow'}" for i in range(50)]
    inference.answer(run_id, ["awake"])
    found: dict[int, inference.Answered] = {}
    n_before = len(workers(served))

    def ask(i: int) -> None:
        found[i] = inference.answer(run_id, [texts[i]])[0]

    people = [threading.Thread(target=ask, args=(i,)) for i in range(50)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(workers(served)) == n_before
    expected = by_the_model(run_id, texts)[:, 1]
    assert [found[i].scores["good"] for i in range(50)] == pytest.approx(expected.tolist(), abs=1e-6)


def test_a_worker_killed_in_mid_answer_is_replaced_and_the_answer_comes(run_id: str, served: Path) -> None:
    inference.answer(run_id, ["awake"])
    n_before = len(workers(served))
    texts = [f"number {i} of many " * 40 for i in range(3000)]
    found: list[inference.Answered] = []
    asking = threading.Thread(target=lambda: found.extend(inference.answer(run_id, texts)))
    asking.start()
    time.sleep(0.3)
    assert asking.is_alive()
    os.kill(workers(served)[-1], signal.SIGKILL)
    asking.join()
    assert len(found) == 3000
    assert len(workers(served)) == n_before + 1


def test_a_worker_killed_in_mid_explanation_is_replaced_and_the_explanation_comes(run_id: str, served: Path) -> None:
    texts = [f"number {i} of many words that were lovely and slow " * 3 for i in range(600)]  # seconds of work on any machine
    [alone] = inference.ask(run_id, "attribution", texts=texts[:1])
    n_before, found = len(workers(served)), []
    asking = threading.Thread(target=lambda: found.extend(inference.ask(run_id, "attribution", texts=texts)))
    asking.start()
    time.sleep(0.3)
    assert asking.is_alive()
    os.kill(workers(served)[-1], signal.SIGKILL)
    asking.join()
    assert len(found) == 600 and len(workers(served)) == n_before + 1
    assert found[0]["scores"] == pytest.approx(alone["scores"], abs=1e-4)


def test_long_questions_tell_how_far_they_are_and_end_when_who_asked_has_left(run_id: str, served: Path) -> None:
    heard: list[float] = []
    text = "the room was lovely and quick but the meal was awful and slow today"
    inference.ask(run_id, "faithfulness", texts=[text], watch=lambda share, said: heard.append(share))
    assert len(heard) > 3 and heard == sorted(heard) and heard[-1] == 1
    inference.ask(run_id, "counterfactuals", text=text, watch=lambda share, said: heard.append(str(said)))  # type: ignore[arg-type]
    assert str(heard[-1]).startswith("Texts with ")

    def leave(share: float, said: Sentence) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        inference.ask(run_id, "faithfulness", texts=[f"{text} {i}" for i in range(60)], watch=leave)
    assert len(inference.ask(run_id, "attribution", texts=[text])) == 1
    assert "reference" not in (served / "inference" / "worker.log").read_text().splitlines()[-1]


def test_a_question_that_ends_its_worker_again_is_one_sentence(run_id: str, served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(connection: object, request: object, deadline: float, watch: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(client, "_talk", die)
    with pytest.raises(FmcoreError, match="ended twice while it worked on this"):
        inference.answer(run_id, ["the room"])


def test_a_model_deleted_or_changed_under_the_page_is_one_sentence(run_id: str, tiny_model: Path, rows: pd.DataFrame) -> None:
    gone, changed = (trained(tiny_model, rows, name=name) for name in ("gone", "changed"))
    inference.answer(gone, ["there it is"])
    shutil.rmtree(folder(gone) / "model")
    with pytest.raises(FmcoreError, match=f"The model of {gone} is not in .* any more"):
        inference.answer(gone, ["gone"])
    weights = folder(changed) / "model" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\x00\x00\x80\x3f")
    with pytest.raises(FmcoreError, match="is not the one that was trained: model.safetensors is damaged"):
        inference.answer(changed, ["hello"])


def test_the_least_recently_used_model_makes_room(run_id: str, pairs_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Models()
    one = held.get(run_id)
    assert held.get(run_id) is one
    monkeypatch.setenv("FMCORE_INFERENCE_MEMORY_MB", "6")  # one of these models has 4 MB
    get_settings.cache_clear()
    held.get(pairs_id)
    assert held.get(run_id) is not one
    monkeypatch.undo()
    get_settings.cache_clear()


def test_a_model_at_hand_answers_while_another_one_loads(run_id: str) -> None:
    models, found = Models(), []
    held = models.get(run_id)
    with LIBRARIES:  # as whoever loads holds it
        asking = threading.Thread(target=lambda: found.append(models.get(run_id)), daemon=True)
        asking.start()
        asking.join(20)
    assert found == [held]


def test_operations_have_a_copy_of_the_model_which_shares_its_weights(run_id: str) -> None:
    held = Models().get(run_id)
    twin = held.for_operations()
    assert twin.model is not held.answering.model
    mine, other = (next(loaded.model.parameters()) for loaded in (held.answering, twin))
    assert mine.data_ptr() == other.data_ptr()
    ids = twin.tokenizer(["the room"], return_tensors="pt")
    assert len(twin.eager().model(**ids, output_attentions=True).attentions) == 2


def test_weights_packed_for_gradients_count_once_they_are_there(run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from fmcore.evaluation import swift

    monkeypatch.setattr(swift, "pays", lambda: True)
    held = Models().get(run_id)
    before, twin = held.megabytes, held.for_operations()
    assert held.megabytes == before and not twin.is_packed_for_gradients
    quick = twin.subject()
    assert twin.subject() is quick and next(quick.model.parameters()) is next(twin.model.parameters())
    weights = sum(part.numel() * part.element_size() for part in (*twin.model.parameters(), *twin.model.buffers())) / 1_000_000
    assert held.megabytes == pytest.approx(before + 2 * weights)


def test_answers_in_8_bits_are_nearly_the_same_and_their_accuracy_is_measured_on_validation(run_id: str, rows: pd.DataFrame) -> None:
    texts = rows["text"][:40].tolist()
    exact, small = ([a.scores["good"] for a in inference.answer(run_id, texts, int8=int8)] for int8 in (False, True))
    assert exact != small
    assert small == pytest.approx(exact, abs=0.05)
    found = inference.int8_check(run_id)
    assert found.fp32.n == found.int8.n == found.difference.n == 12
    assert found.difference.value == pytest.approx(found.int8.value - found.fp32.value)
    assert not found.is_lost and found.difference.low <= -0.2, "12 rows can't tell more, though their answers all agree"
    assert str(found.sentence).startswith("Whether 8 bits cost accuracy can't be told from 12 validation rows: ")


def test_a_worker_leaves_when_nobody_asks_and_another_comes_when_somebody_does(
    run_id: str, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = workers(served)
    os.kill(before[-1], signal.SIGKILL)
    monkeypatch.setenv("FMCORE_INFERENCE_IDLE_SECONDS", "0.1")
    inference.answer(run_id, ["the room"])
    until(lambda: not place.address().exists())
    monkeypatch.undo()
    assert inference.answer(run_id, ["the room"])[0].tokens == 4
    assert len(workers(served)) == len(before) + 2


def test_a_worker_gets_ready_without_what_no_answer_needs() -> None:
    """scipy alone costs a tenth of the wait for a first answer; what is loaded later may have it."""
    code = "import sys; from fmcore.inference import worker; worker._warm_up(); found = set(sys.modules); import transformers.utils as u; "
    code += "print('transformers.loss.loss_utils' in found, 'scipy.optimize' in found, u.is_scipy_available())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "True"]


def test_a_home_folder_with_a_long_path_has_its_socket_elsewhere(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.address().parent == served / "inference"
    monkeypatch.setattr(place, "LONGEST_ADDRESS", 20)
    assert place.address().parent.stat().st_mode & 0o777 == 0o700
    assert client._try(time.monotonic() + 1) is None


def test_after_an_update_nobody_asks_the_worker_of_before(run_id: str, served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inference.answer(run_id, ["the room"])
    assert place.address().exists()
    for name in ("fmcore.__version__", "fmcore.inference.place.HEAD"):
        monkeypatch.setattr(name, "a later one")
        assert not place.address().exists()
        monkeypatch.undo()


def test_a_worker_leaves_when_its_folder_is_gone(run_id: str, served: Path) -> None:
    inference.answer(run_id, ["the room"])
    process = workers(served)[-1]
    shutil.rmtree(served / "inference")
    until(lambda: not is_there(process))
    assert not (served / "inference").exists()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
