"""Swap tests as runs: pairs made and checked before, answered by the ordinary job, judged again from the file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fmcore import commands, jobs
from fmcore.audit import lexicon
from fmcore.audit.swaps import COLUMNS
from fmcore.errors import DataError, FmcoreError, JobError, SettingsError
from fmcore.evaluation.predict import predict_rows
from fmcore.pipeline import audit, datasets, evaluate, export, predict, report, runs, swaps, verify
from fmcore.pipeline.baselines import start as start_baselines
from fmcore.records import Columns, Run, Status
from fmcore.settings import get_settings
from fmcore.store import open_store
from fmcore.training.settings import FinetuneSettings


@pytest.fixture(scope="module")
def tuned(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A finished run of the tiny model in a home of its own, on sentences about him and her."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"HOME": str(tmp_path_factory.mktemp("home")), "WHO": "tester", "OFFLINE": "1", "INLINE_JOBS": "1"}.items():
            patch.setenv(f"FMCORE_{name}", value)
        patch.setenv("OMP_NUM_THREADS", "1")
        get_settings.cache_clear()
        who = ["She lost her", "He lost his", "My Muslim neighbour lost the"]
        texts = [f"{who[i % 3]} card number {i}, {'a lovely and quick' if i % 2 else 'an awful and slow'} reply" for i in range(240)]
        frame = pd.DataFrame({"text": texts, "label": ["good" if i % 2 else "bad" for i in range(240)]})
        data = datasets.add(frame, Columns(text="text", label="label"), name="tiny", accept_problems=True)
        settings = FinetuneSettings(batch_size=8, precision="fp32", epochs=1, max_length=32)
        run = jobs.submit(runs.plan(data.id, base=str(tiny_model), settings=settings), key="tuned")
        assert run.status is Status.DONE, run.message
        yield run
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def test_run(tuned: Run) -> Run:
    return done(swaps.start(tuned.id, swaps.SwapSettings(favourable="good", categories="gender, religion")))


def done(run: Run) -> Run:
    jobs.ensure_supervisor()
    run = open_store().run(run.id)
    assert run.status is Status.DONE, run.message
    return run


def test_a_swap_test_is_a_run_whose_file_holds_both_answers(tuned: Run, test_run: Run) -> None:
    assert (test_run.spec.stage, test_run.parents) == ("swaps", (tuned.id,))
    found = pd.read_parquet(runs.folder(test_run.id) / "swaps.parquet")
    assert tuple(found.columns) == (*COLUMNS, "before_p_bad", "before_p_good", "after_p_bad", "after_p_good")
    assert set(found["category"]) == {"gender", "religion"} and test_run.spec.settings["pairs"] == len(found)
    data = open_store().dataset(tuned.spec.dataset)
    again = predict_rows(
        runs.folder(tuned.id) / "model", pd.DataFrame({"text": found["after"][:20]}), columns=data.columns, labels=data.labels,
        settings=runs.settings_of(tuned),
    )  # fmt: skip
    assert np.allclose(found[["after_p_bad", "after_p_good"]].to_numpy()[:20], again, atol=1e-6)


def test_looking_at_it_judges_the_file_again_and_counts_a_look(tuned: Run, test_run: Run) -> None:
    before = len(open_store().looks(tuned.id))
    first, again = (swaps.result(test_run.id, how="test") for _ in range(2))
    assert first == again and len(open_store().looks(tuned.id)) == before + 2
    assert first.spec.favourable == "good" and first.sentences <= 48 and set(first.by_category) == {"gender", "religion"}
    assert all(figure.estimate.n for figure in first.figures) and 20 <= len(first.worst) <= 25
    assert [run.id for run in swaps.tests(tuned.id)][-1] == test_run.id


def test_asked_again_in_the_same_words_it_is_the_same_test(tuned: Run, test_run: Run) -> None:
    folders = len(list(get_settings().runs().iterdir()))
    assert swaps.start(tuned.id, swaps.SwapSettings(favourable="good", categories="gender, religion")).id == test_run.id
    assert len(list(get_settings().runs().iterdir())) == folders


def test_own_words_templates_and_pairs_from_elsewhere(tuned: Run) -> None:
    own = lexicon.read(b'language = "en"\n[terms.kind.quick]\nhow = ["lovely"]\n[terms.kind.slow]\nhow = ["awful"]\n', name="own.toml")
    found = swaps.result(done(swaps.start(tuned.id, swaps.SwapSettings(split="validation"), lexicon=own)).id, how="test")
    assert set(found.by_category) == {"kind"}
    templates = swaps.start(tuned.id, swaps.SwapSettings(in_place=False, templates=True, categories="gender"))
    assert swaps.result(done(templates).id, how="test").sentences == 32  # English alone: the data has no Chinese
    table = pd.DataFrame({"a": [f"he {n}" for n in range(30)], "b": [f"she {n}" for n in range(30)]})
    brought = swaps.result(done(swaps.start(tuned.id, table=table, before="a", after="b")).id, how="test")
    assert brought.by_category.keys() == {"pairs"} and brought.pairs == 30


def test_items_with_two_texts_are_swapped_in_both(tuned: Run) -> None:
    rows = pd.DataFrame({"fmc_id": ["1"], "a": ["She called."], "b": ["Her card"]})
    from fmcore.audit.swaps import in_place
    from fmcore.audit.swaps.pairs import BREAK

    [after] = in_place([rows["a"][0] + BREAK + rows["b"][0]], categories=["gender"]).frame["after"]
    assert after.partition(BREAK)[::2] == ("He called.", "His card")


@pytest.mark.parametrize(
    ("settings", "options", "sentence"),
    [
        ({"favourable": "great"}, {}, "great is none of the answers. There are: bad, good"),
        ({"categories": "shoes"}, {}, "no category called shoes"),
        ({"categories": "disability"}, {}, "nothing to ask"),
        ({"in_place": False}, {}, "Choose own sentences"),
        ({}, {"table": pd.DataFrame({"a": ["x"]}), "before": "a", "after": "b"}, "has no column b"),
        ({}, {"table": pd.DataFrame({"a": ["x"]})}, "Say which column"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_before_anything_starts(tuned: Run, settings: dict, options: dict, sentence: str) -> None:
    folders = len(list(get_settings().runs().iterdir()))
    with pytest.raises(DataError, match=sentence):
        swaps.start(tuned.id, swaps.SwapSettings(**settings), **options)
    assert len(list(get_settings().runs().iterdir())) == folders


def test_settings_out_of_bounds_are_one_sentence() -> None:
    sentence = (
        "Some settings can't be used: rows takes a whole number from 20 to 200,000 (found 1); "
        "tolerance takes a number above 0 and below 1 (found nan)."
    )
    with pytest.raises(SettingsError) as told:
        swaps.read_settings({"rows": 1, "tolerance": float("nan")})
    assert str(told.value) == sentence


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (["--rows", "-1"], "argument --rows: takes a whole number from 20 to 200,000 (found -1)."),
        (["--tolerance", "nan"], "argument --tolerance: takes a number above 0 and below 1 (found nan)."),
        (["--seed", "x"], "argument --seed: takes a whole number (found x)."),
    ],
)
def test_an_option_out_of_bounds_is_wrong_usage_in_our_words(
    tuned: Run, option: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        commands.main(["swaps", tuned.id, *option])
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_model_that_is_gone_or_another_one_is_told_before_a_test_is_announced(tuned: Run, capsys: pytest.CaptureFixture[str]) -> None:
    model, tests = runs.folder(tuned.id) / "model", len(swaps.tests(tuned.id))
    away = model.rename(model.with_name("away"))
    assert commands.main(["swaps", tuned.id, "--seed", "99"]) == 1
    assert capsys.readouterr().err == f"The model of {tuned.id} is not in {model} any more.\n"
    away.rename(model)
    config = (model / "config.json").read_text()
    (model / "config.json").write_text(config + " ")
    assert commands.main(["swaps", tuned.id, "--seed", "99"]) == 1
    assert "is not the one that was trained: config.json is damaged" in capsys.readouterr().err
    (model / "config.json").write_text(config)
    assert len(swaps.tests(tuned.id)) == tests


def test_other_acts_on_a_swap_test_say_what_to_use_instead(tuned: Run, test_run: Run) -> None:
    for act in (
        lambda: swaps.start(test_run.id), lambda: runs.clone(test_run.id), lambda: start_baselines(test_run.id),
        lambda: export.export(test_run.id, Path("nowhere")),
        lambda: predict.predict_file(test_run.id, Path("a.csv"), text="text", out=Path("b.csv")),
    ):  # fmt: skip
        with pytest.raises(JobError, match=f"is a swap test: .*Use {tuned.id}"):
            act()
    for act in (
        lambda: evaluate.evaluation(test_run.id, how="test"),
        lambda: audit.answers_of(test_run.id, how="test"),
        lambda: report.report(test_run.id),
    ):
        with pytest.raises(FmcoreError):
            act()
    with pytest.raises(JobError, match="is no swap test"):
        swaps.result(tuned.id, how="test")


def test_verify_names_answers_that_were_changed(tuned: Run) -> None:
    run = done(swaps.start(tuned.id, swaps.SwapSettings(seed=7)))
    [found] = verify.verify([run.id])
    assert found.is_fine and "swaps" in {check.what for check in found.checks}
    path = runs.folder(run.id) / "swaps.parquet"
    frame = pd.read_parquet(path)
    frame.loc[0, "after_p_good"] = 0.123
    frame.to_parquet(path, index=False)
    [found] = verify.verify([run.id])
    assert not found.is_fine
    with pytest.raises(DataError, match="were changed since it ended"):
        swaps.result(run.id, how="test")
    path.unlink()
    with pytest.raises(DataError, match="gone or damaged"):
        swaps.result(run.id, how="test")
    [found] = verify.verify([run.id])
    assert not found.is_fine
    open_store().delete_runs([run.id], "tester")


def test_a_test_whose_answers_are_lost_is_asked_anew_when_somebody_wants_it(tuned: Run) -> None:
    run = done(swaps.start(tuned.id, swaps.SwapSettings(seed=9)))
    (runs.folder(run.id) / "swaps.parquet").unlink()
    again = done(swaps.start(tuned.id, swaps.SwapSettings(seed=9)))
    assert again.id != run.id and swaps.start(tuned.id, swaps.SwapSettings(seed=9)).id == again.id
    assert swaps.result(again.id, how="test").pairs
    open_store().delete_runs([run.id], "tester")


def test_pairs_that_were_changed_before_the_job_are_refused(tuned: Run) -> None:
    run = swaps.start(tuned.id, swaps.SwapSettings(seed=8))
    path = runs.folder(run.id) / "pairs.parquet"
    pd.read_parquet(path).iloc[1:].to_parquet(path, index=False)
    jobs.ensure_supervisor()
    failed = open_store().run(run.id)
    assert failed.status is Status.FAILED and "not those that it was planned with" in str(failed.message)


def test_the_command_line_asks_waits_and_shows(tuned: Run, test_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["swaps", tuned.id, "--favourable", "good", "--category", "gender", "--category", "religion", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["run"], found["swaps"]) == (tuned.id, test_run.id) and {"figures", "verdicts", "worst", "left_out"} <= set(found)
    assert commands.main(["swaps", test_run.id]) == 0
    assert "gender" in capsys.readouterr().out
    for arguments in (["runs", "list"], ["runs", "show", test_run.id], ["verify", test_run.id]):
        assert commands.main(arguments) == 0
    capsys.readouterr()
    for arguments in (["evaluate", test_run.id], ["report", test_run.id, "-o", "x.html"], ["runs", "compare", test_run.id, tuned.id]):
        code = commands.main(arguments)
        said = capsys.readouterr().err
        assert (code, "nobody expected" in said) == (1, False), (arguments, said)


@pytest.mark.parametrize(
    "arguments",
    [["--pairs", "a.csv"], ["--before", "a"], ["--pairs", "a.csv", "--before", "a", "--after", "b", "--templates"], ["--no-own-sentences"]],
)
def test_options_that_do_not_go_together_are_wrong_usage(arguments: list[str], home: Path) -> None:
    assert commands.main(["swaps", "r-000000000000", *arguments]) == 2


def test_planning_a_swap_test_loads_no_torch() -> None:
    code = (
        "import sys, fmcore.pipeline.swaps, fmcore.audit.swaps, fmcore.commands.swaps; assert not {'torch', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_whom_a_text_mentions_makes_the_groups_of_an_audit(tuned: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["audit", tuned.id, "--terms", "gender", "--measure", "accuracy", "--minimum", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {f["group"]["mentions gender"] for f in found["by_group"]} == {"women", "men", "none mentioned"}
    assert commands.main(["verify", tuned.id]) == 0
    capsys.readouterr()
    file = tmp_path / "answers.csv"
    rows = ["she,a,a", "he,a,b", "it,b,b"] * 20
    file.write_text("\n".join(["text,target,answer", *rows]))
    table = ["audit", "--predictions", str(file), "--target", "target", "--answer", "answer"]
    assert commands.main([*table, "--text", "text", "--terms", "gender", "--measure", "accuracy", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    accuracy = {f["group"]["mentions gender"]: f["value"] for f in found["by_group"] if f["measure"] == "accuracy"}
    assert accuracy == {"women": 1.0, "men": 0.0, "none mentioned": 1.0}
    assert commands.main([*table, "--terms", "gender"]) == 2
    assert commands.main([*table, "--text", "nowhere", "--terms", "gender"]) == 1
    assert commands.main([*table, "--text", "text", "--terms", "shoes"]) == 1
