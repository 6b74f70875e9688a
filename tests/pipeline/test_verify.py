"""Whatever was changed after a run ended is named: run, split, item, file, figure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

import fmcore
from fmcore.audit.answers import with_groups
from fmcore.audit.audit import id_of
from fmcore.audit.records import AuditSpec, GroupBy
from fmcore.commands import main
from fmcore.data import shelf
from fmcore.evaluation import fingerprint, predictions
from fmcore.pipeline import runs
from fmcore.pipeline.audit import answers_of, audit_run, keep
from fmcore.pipeline.verify import State, verify
from fmcore.records import Estimate, Metric, say, to_json
from fmcore.store import open_store
from fmcore.store.tables import audits, contents
from tests.pages import swapped
from tests.pipeline import finished


@pytest.fixture
def run_id(home: Path, tiny_rows: pd.DataFrame) -> str:
    return finished.finish(finished.dataset(tiny_rows))


def flip(path: Path) -> str:
    """Turn the first answer round and return its id."""
    frame = predictions.read(path)
    scores = [name for name in frame if name.startswith("p_")]
    frame.loc[0, scores] = frame.loc[0, scores[::-1]].to_numpy()
    frame.loc[0, "answer"] = next(name[2:] for name in scores if frame.loc[0, name] == 0.8)
    predictions.write(frame, path)
    return str(frame.loc[0, "id"])


def answers(run_id: str, split: str = "test") -> Path:
    return runs.folder(run_id) / "predictions" / f"{split}.parquet"


def states(run_id: str) -> dict[str, State]:
    [one] = verify([run_id])
    return {check.what: check.state for check in one.checks}


def wrong(run_id: str) -> list[str]:
    [one] = verify([run_id])
    return [str(check.sentence) for check in one.checks if not check.is_fine]


def test_an_untouched_run_is_fine_and_looking_at_it_is_no_look_at_test(run_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    splits = [f"{kind}/{split}" for split in ("validation", "test") for kind in ("predictions", "metrics")]
    assert states(run_id) == dict.fromkeys(["spec", "data", "model", *splits], State.OK)
    assert main(["verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    assert open_store().looks(run_id) == []


def test_a_flipped_answer_is_named_by_run_split_file_and_item(run_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    item = flip(answers(run_id))
    assert main(["verify", run_id, "--json"]) == 1
    said = capsys.readouterr()
    for part in (run_id, "test", str(answers(run_id)), item):
        assert part in said.err
    checks = {check["what"]: check for check in json.loads(said.out)["runs"][0]["checks"]}
    assert checks["predictions/test"]["items"] == [item]
    assert checks["metrics/test"]["state"] == "changed" and "accuracy" in checks["metrics/test"]["items"]
    assert checks["predictions/validation"]["state"] == "ok"


@pytest.mark.parametrize("command", [["evaluate"], ["audit", "--group", "group"], ["report", "-o", "made.html"]], ids=lambda c: c[0])
def test_no_figure_is_made_of_answers_that_were_changed_and_the_item_is_named(
    run_id: str, command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    item = flip(answers(run_id))
    assert main([command[0], run_id, *command[1:]]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert f"The stored answers of {run_id} to the test rows were changed after the run ended: those to {item}." in said.err
    assert open_store().looks(run_id) == [] and open_store().audits() == []
    predictions.write(predictions.read(answers(run_id)).iloc[1:], answers(run_id))
    assert main([command[0], run_id, *command[1:]]) == 1 and "some are gone or stand elsewhere" in capsys.readouterr().err


def test_a_label_that_does_not_fit_its_scores_is_a_change_and_named_as_one(run_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.read_parquet(answers(run_id))
    other = frame.loc[frame["answer"] != frame["answer"].iloc[0], "answer"].iloc[0]
    for strange, why in ((other, "is not its likeliest label"), ("strange", "is strange, which is none of the labels")):
        frame.assign(answer=[strange, *frame["answer"].iloc[1:]]).to_parquet(answers(run_id))
        assert main(["evaluate", run_id]) == 1
        said = capsys.readouterr().err
        assert "were changed after the run ended" in said and f"the answer of item {frame['id'].iloc[0]} {why}" in said
    answers(run_id).write_bytes(b"PAR1 no more")
    assert main(["evaluate", run_id]) == 1 and "is damaged or not a Parquet file" in capsys.readouterr().err


def test_the_same_answers_in_another_file_are_the_same_answers(run_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    pd.read_parquet(answers(run_id)).to_parquet(answers(run_id), compression="gzip")
    assert main(["evaluate", run_id]) == 0
    flip(answers(run_id))
    fingerprint.write(predictions.read(answers(run_id)), answers(run_id))
    assert main(["evaluate", run_id]) == 1 and "and so were their digests" in capsys.readouterr().err


def test_changing_the_digests_too_does_not_help(run_id: str) -> None:
    flip(answers(run_id))
    fingerprint.write(predictions.read(answers(run_id)), answers(run_id))
    assert "so were their digests" in wrong(run_id)[0]


def test_answers_that_are_gone_damaged_or_fewer_are_told(run_id: str) -> None:
    whole = answers(run_id).read_bytes()
    predictions.write(predictions.read(answers(run_id)).iloc[1:], answers(run_id))
    assert any("gone or stand elsewhere" in one for one in wrong(run_id))
    answers(run_id).write_bytes(whole[:100])
    assert "damaged" in wrong(run_id)[0]
    answers(run_id).unlink()
    assert states(run_id)["predictions/test"] is State.MISSING


def test_a_changed_label_of_the_data_is_found_and_the_row_named(run_id: str) -> None:
    data = open_store().run(run_id).spec.dataset
    frame = shelf.rows(data)
    place = frame.index[frame["fmc_split"] == "test"][0]
    frame.loc[place, "label"] = "good" if frame.loc[place, "label"] == "bad" else "bad"
    shelf.save(shelf.dataset(data), frame, {})
    first, *rest = wrong(run_id)
    assert "are not those that it was trained and judged on" in first
    assert any(str(frame.loc[place, "fmc_id"]) in one for one in rest)


def test_a_changed_or_added_file_of_the_model_is_named(run_id: str) -> None:
    model = runs.folder(run_id) / "model"
    (model / "extra.bin").write_bytes(b"x")
    assert "extra.bin" in wrong(run_id)[0]
    (model / "extra.bin").unlink()
    (model / "config.json").write_text("{}")
    assert "config.json is damaged" in wrong(run_id)[0]
    (model / "manifest.json").write_text(json.dumps({"files": {}}))
    (model / "config.json").unlink()
    assert "another one than it ended with" in wrong(run_id)[0]


def test_a_stored_figure_that_the_answers_do_not_give_is_named(run_id: str) -> None:
    open_store().put_metrics(run_id, [Metric("test", "accuracy", None, Estimate(0.99, 0.98, 1.0, 0.95, 24, "wilson"))])
    assert wrong(run_id) == [f"{run_id}: figures stored for the test rows are not those of the stored answers: accuracy."]


def test_an_interval_that_another_version_computed_otherwise_is_no_change(run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    [metric] = [m for m in open_store().metrics(run_id) if (m.split, m.name, m.label) == ("test", "accuracy", None)]
    open_store().put_metrics(run_id, [replace(metric, estimate=replace(metric.estimate, low=0.001))])
    monkeypatch.setattr(fmcore, "__version__", open_store().run(run_id).spec.code_version)
    assert states(run_id)["metrics/test"] is State.CHANGED
    monkeypatch.setattr(fmcore, "__version__", "99.0")
    assert states(run_id)["metrics/test"] is State.NOT_RECORDED and wrong(run_id) == []


def test_an_audit_is_made_again_and_a_changed_record_or_answer_is_told(run_id: str) -> None:
    store = open_store()
    made = audit_run(run_id, AuditSpec((GroupBy("group"),), minimum_rows=2, minimum_positives=1, minimum_negatives=1), how="test")
    assert states(run_id)[f"audits/{made.id}"] is State.OK
    with store.engine.write() as connection:
        connection.execute(audits.update().values(content=json.dumps(to_json(replace(made, rows=made.rows + 1)))))
    assert wrong(run_id) == [f"{run_id}: the record of its audit {made.id} was changed."]
    with store.engine.write() as connection:
        connection.execute(audits.update().values(content=json.dumps(to_json(made))))
    flip(answers(run_id))
    assert any(f"audit {made.id} was made of other answers" in one for one in wrong(run_id))


def test_an_audit_whose_sentences_an_earlier_version_put_another_way_is_still_the_same(run_id: str) -> None:
    made = audit_run(run_id, AuditSpec((GroupBy("group"),), minimum_rows=2, minimum_positives=1, minimum_negatives=1), how="test")
    verdicts = tuple(replace(one, sentence=say("As it was said in those days.")) for one in made.verdicts)
    older = replace(made, verdicts=verdicts)
    older = replace(older, id=id_of(older))
    with open_store().engine.write() as connection:
        connection.execute(audits.update().values(id=older.id, content=json.dumps(to_json(older))))
    assert states(run_id)[f"audits/{older.id}"] is State.OK


def test_an_audit_whose_groups_came_from_elsewhere_is_not_made_again(run_id: str, tmp_path: Path) -> None:
    found = answers_of(run_id, how="test")
    places = pd.DataFrame({"id": found.ids, "town": ["A", "B"] * (len(found) // 2)})
    made = keep(with_groups(found, places, "id"), AuditSpec((GroupBy("town"),), source=run_id, split="test"))
    assert states(run_id)[f"audits/{made.id}"] is State.NOT_RECORDED
    assert wrong(run_id) == []


def test_a_changed_spec_is_told(run_id: str) -> None:
    store = open_store()
    with store.engine.write() as connection:
        spec = json.loads(connection.execute(sa.select(contents.c.spec)).scalar_one())
        spec["settings"]["seed"] = 99
        connection.execute(contents.update().values(spec=json.dumps(spec)))
    assert "its spec in the store is not the one" in wrong(run_id)[0]


def test_a_run_from_before_is_not_recorded_and_that_is_no_error(home: Path, tiny_rows: pd.DataFrame) -> None:
    old = finished.finish(finished.dataset(tiny_rows), is_recorded=False)
    assert states(old)["predictions/test"] is State.NOT_RECORDED
    assert main(["verify", old]) == 0


def test_nothing_to_verify_is_fine(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 0
    assert "No run is done yet." in capsys.readouterr().out
    assert main(["verify", "r-none"]) == 1


def test_changed_answers_to_swaps_are_named_for_the_test_and_for_the_run_that_shows_it(run_id: str) -> None:
    test = swapped.test_of(open_store(), run_id, swapped.answered(("bad", "good")), split="validation")
    assert states(run_id)[f"swaps/{test}"] is State.OK and states(test)["swaps"] is State.OK
    path = runs.folder(test) / "swaps.parquet"
    frame = pd.read_parquet(path)
    frame.loc[0, ["after_p_bad", "after_p_good"]] = [0.2, 0.8]  # one answer that flipped no longer does
    frame.to_parquet(path, index=False)
    said = f"{test}: its answered swaps in {path} were changed."
    assert wrong(run_id) == [said] and wrong(test) == [said]
    assert main(["verify"]) == 1
    path.unlink()
    assert states(run_id)[f"swaps/{test}"] is State.MISSING


def test_changed_notes_of_a_swap_test_are_told(run_id: str) -> None:
    test = swapped.test_of(open_store(), run_id, swapped.answered(("bad", "good")), split="validation")
    (runs.folder(test) / "notes.json").write_text("[]")
    assert wrong(run_id) == [f"{test}: what its swaps left out, in {runs.folder(test) / 'notes.json'}, is gone or was changed."]
