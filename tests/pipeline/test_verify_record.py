"""One damaged row of the store stops no check of the rest, and a fact that is kept twice is held against its other copy."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from fmcore.audit.records import AuditSpec, GroupBy
from fmcore.commands import main
from fmcore.errors import DamagedError
from fmcore.pipeline.audit import audit_run
from fmcore.records import Dataset, Json
from fmcore.settings import get_settings
from fmcore.store import RunQuery, open_store
from fmcore.store.ranking import refresh
from fmcore.store.rows import dump_figures
from fmcore.store.tables import audits, columns, contents, figures, fingerprints, looks, runs
from tests.pages import history
from tests.pipeline import finished
from tests.pipeline.test_verify import states, wrong


@pytest.fixture
def data(home: Path, tiny_rows: pd.DataFrame) -> Dataset:
    return finished.dataset(tiny_rows)


@pytest.fixture
def run_id(data: Dataset) -> str:
    return finished.finish(data)


def change(statement: sa.Executable) -> None:
    with open_store().engine.write() as connection:
        connection.execute(statement)


def contents_of(run_id: str) -> sa.ColumnElement[bool]:
    return contents.c.run == sa.select(runs.c.number).where(runs.c.id == run_id).scalar_subquery()


def damaged(run_id: str) -> str:
    return f"The record of run {run_id} in the store is damaged; restore a copy of the store."


@pytest.mark.parametrize("column", ["metrics", "spec", "figures", None])
def test_a_run_whose_record_is_damaged_is_named_and_the_others_are_checked(
    data: Dataset, run_id: str, column: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    other = finished.finish(data, name="other")
    here = contents_of(run_id)
    cut = {"figures": b"\7\0\0\0["}.get(column or "", "{broken")
    change(contents.delete().where(here) if column is None else contents.update().where(here).values({column: cut}))
    assert main(["verify", "--json"]) == 1
    said = capsys.readouterr()
    assert said.err.strip() == f"{run_id}: {damaged(run_id)}"
    ok = {one["run"]: one["ok"] for one in json.loads(said.out)["runs"]}
    assert ok == {run_id: False, other: True}
    assert main(["verify", run_id]) == 1 and damaged(run_id) in capsys.readouterr().err


def test_with_figures_cut_short_the_answers_are_still_checked(run_id: str) -> None:
    change(contents.update().values(metrics=sa.func.substr(contents.c.metrics, 1, sa.func.length(contents.c.metrics) - 20)))
    found = states(run_id)
    assert found["record"] == "changed" and found["predictions/test"] == "ok" and "metrics/test" not in found


@pytest.mark.parametrize("column", ["spec", "at", "figures", None])
def test_lists_name_the_damaged_run_and_hold_the_others(
    data: Dataset, run_id: str, column: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    other = finished.finish(data, name="other")
    here = contents_of(run_id)
    if column == "at":
        change(runs.update().where(runs.c.id == run_id).values(at="yesterday"))
    else:
        cut = {"figures": b"\7\0\0\0["}.get(column or "", "{broken")
        change(contents.delete().where(here) if column is None else contents.update().where(here).values({column: cut}))
    assert main(["runs", "list", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [one["run"] for one in said["runs"]] == [other] and said["damaged"] == [run_id] and said["total"] == 2
    assert main(["runs", "list"]) == 0
    assert damaged(run_id) in capsys.readouterr().out
    page = history.app("2_train/runs")
    assert f"The record of run {run_id} in the store is damaged" in history.words(page).replace("\\", "")
    assert [one.value["name"].to_list() for one in page.dataframe] == [["other"]]
    change(runs.delete().where(runs.c.id == other))
    assert not history.app("2_train/runs").exception, "nothing is left to list, and that is no reason to look again for ever"


def test_no_report_passes_over_a_swap_test_that_cannot_be_read(run_id: str) -> None:
    with pytest.raises(DamagedError, match=f"run {run_id} in the store"):
        change(contents.update().values(spec="{broken"))
        open_store().whole_runs(RunQuery())


@pytest.mark.parametrize("command", [["runs", "show"], ["report"], ["evaluate"]], ids=" ".join)
def test_whoever_asks_for_a_damaged_run_gets_one_sentence(run_id: str, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    change(contents.update().values(metrics="{broken", spec="{broken"))
    assert main([*command, run_id]) == 1
    assert capsys.readouterr().err.strip() == damaged(run_id)


def test_a_damaged_audit_is_named_with_its_run(run_id: str) -> None:
    made = audit_run(run_id, AuditSpec((GroupBy("group"),), minimum_rows=2), how="test")
    change(audits.update().values(content="{broken"))
    assert wrong(run_id) == [f"{run_id}: The record of audit {made.id} in the store is damaged; restore a copy of the store."]


def test_another_figure_in_the_list_of_runs_or_in_their_order_is_named(run_id: str) -> None:
    store = open_store()
    refresh(store.engine)
    with store.engine.read() as connection:
        packed = connection.execute(sa.select(contents.c.figures)).scalar_one()
    better = [one for one in store.metrics(run_id) if (one.split, one.name) != ("validation", "accuracy")]
    change(contents.update().values(figures=dump_figures(store.run(run_id).spec.settings, better)))
    assert wrong(run_id) == [f"{run_id}: the list of runs shows other figures than the run has: metric:validation/accuracy."]
    change(contents.update().values(figures=packed))
    assert wrong(run_id) == []
    here = sa.select(columns.c.number).where(columns.c.name == "metric:validation/accuracy").scalar_subquery()
    change(figures.update().where(figures.c.column == here).values(number=0.99))
    assert wrong(run_id) == [f"{run_id}: runs are sorted by other figures than the run has: metric:validation/accuracy."]


def test_a_row_more_in_the_order_of_runs_is_named(run_id: str) -> None:
    store = open_store()
    refresh(store.engine)
    assert wrong(run_id) == []
    with store.engine.read() as connection:
        number = connection.execute(sa.select(runs.c.number)).scalar_one()
        names = dict(connection.execute(sa.select(columns.c.name, columns.c.number)).all())
    entry = {"is_text": False, "number": 0.99, "text": "", "run": number}
    change(figures.insert().values(column=names["metric:validation/accuracy"], **entry))
    said = f"{run_id}: runs are sorted by figures that the run does not have, or by one of its figures twice: metric:validation/accuracy."
    assert wrong(run_id) == [said]
    change(figures.delete().where(figures.c.number == 0.99))
    change(columns.insert().values(name="metric:validation/made-up"))
    change(figures.insert().values(column=max(names.values()) + 1, **entry))
    assert wrong(run_id) == [said.replace("accuracy", "made-up")]


def test_looks_that_were_taken_away_are_missed(run_id: str) -> None:
    store = open_store()
    store.look(run_id, who="anna", how="test")
    made = audit_run(run_id, AuditSpec((GroupBy("group"),), minimum_rows=2), how="test")
    assert wrong(run_id) == []
    change(looks.delete())
    assert wrong(run_id) == [f"{run_id}: the history tells of 2 looks at the test rows, and 0 are counted."]
    with store.engine.write() as connection:
        connection.execute(sa.text("DELETE FROM events WHERE what = 'test-looked-at'"))
    assert wrong(run_id) == [f"{run_id}: no look at the test rows is counted, and audit {made.id} was made of them."]


def test_fingerprints_that_were_taken_away_are_missed(run_id: str) -> None:
    n = len(open_store().fingerprints(run_id))
    change(fingerprints.delete().where(fingerprints.c.what == "model"))
    gone = f"{run_id}: the fingerprint of model was stored, and is gone."
    assert wrong(run_id) == [
        gone,
        f"{run_id}: {n} fingerprints were stored, and {n - 1} are left: what lost its own can't be vouched for.",
    ]
    change(fingerprints.delete())
    assert wrong(run_id)[1] == gone and states(run_id)["predictions/test"] == "missing"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("source", "somewhere else", "source"),
        ("name", "other", "name"),
        ("fingerprint", "0" * 64, "fingerprint"),
        ("rows", {"train": 1, "validation": 1, "test": 1}, "rows"),
        ("problems", [], "problems"),
        ("profile", {"rows": {}}, "profile/rows"),
        ("profile", {}, "profile/rows"),
    ],
    ids=str,
)
def test_a_card_that_was_edited_is_told_field_by_field(run_id: str, field: str, value: Json, told: str) -> None:
    data = open_store().run(run_id).spec.dataset
    path = get_settings().datasets() / data / "card.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), field: value}), "utf-8")
    [said] = wrong(run_id)
    assert said.startswith(f"{run_id}: the card of data set {data} was changed: {told}")
    assert states(run_id)["data"] == "ok" and states(run_id)["card"] == "changed"


def test_rows_that_were_stored_again_under_another_name_have_the_card_of_the_record(run_id: str, tiny_rows: pd.DataFrame) -> None:
    data = open_store().run(run_id).spec.dataset
    (get_settings().datasets() / data / "rows.parquet").unlink()
    finished.dataset(tiny_rows, name="another name")
    assert wrong(run_id) == []
