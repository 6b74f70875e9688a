"""An audit of a table without a run is made again while its files are there, and what can't be checked is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import fmcore
from fmcore.audit.audit import id_of
from fmcore.audit.records import Audit
from fmcore.commands import main
from fmcore.pipeline.checks import State
from fmcore.pipeline.verify_audits import _alone, _figures, alone
from fmcore.records import to_json
from fmcore.store import open_store
from fmcore.store.tables import audits
from tests.audit.examples import drawn
from tests.pages.audits import HARM, about, make, unequal
from tests.pipeline import finished

Run = Callable[..., tuple[int, dict, str]]


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def main_with(*arguments: str) -> tuple[int, dict, str]:
        capsys.readouterr()
        code = main([*arguments, "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out or "{}"), said.err

    return main_with


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    drawn({"north": (0.9, 0.1), "south": (0.6, 0.3)}, 100).assign(id=range(200)).to_csv(path, index=False)
    return path


def audit(run: Run, table: Path, *more: str) -> str:
    code, found, _ = run("audit", "--predictions", str(table), "--target", "target", "--answer", "answer", "--group", "group", *more)
    assert code == 0
    return found["id"]


def test_an_audit_of_a_table_comes_out_the_same_again(run: Run, table: Path) -> None:
    audit_id = audit(run, table, "--score", "score")
    code, found, _ = run("verify")
    assert code == 0 and found == {"ok": True, "runs": [], "audits": found["audits"]}
    [one] = found["audits"]
    assert (one["audit"], one["state"]) == (audit_id, "ok")
    assert one["sentence"] == f"Audit {audit_id} comes out of answers.csv the same again."
    assert run("verify", audit_id)[1] == found


def test_equalized_odds_from_before_their_rates_were_told_still_come_out_the_same(run: Run, table: Path) -> None:
    now, store = audit(run, table, "--measure", "equalized-odds"), open_store()
    found = store.audit(now)
    assert {one.measure for one in found.by_group} == {"tpr", "fpr"}
    before = replace(found, by_group=())
    assert _alone(replace(before, id=id_of(before)), store.origin(now)).state is State.OK
    other = replace(found, by_group=found.by_group[1:])
    assert _alone(replace(other, id=id_of(other)), store.origin(now)).state is State.CHANGED


def test_another_answer_in_the_table_is_told_and_the_exit_code_says_so(run: Run, table: Path) -> None:
    audit_id = audit(run, table)
    frame = pd.read_csv(table)
    frame.assign(answer=[1 - frame["answer"][0], *frame["answer"][1:]]).to_csv(table, index=False)
    code, found, said = run("verify")
    assert code == 1 and found["ok"] is False and found["audits"][0]["items"] == ["answers.csv"]
    assert said == f"Audit {audit_id}: answers.csv was changed since; it holds other answers or groups than the audit was made of.\n"


def test_a_change_that_touches_nothing_the_audit_rests_on_is_none(run: Run, table: Path) -> None:
    audit(run, table)
    pd.read_csv(table).assign(remark="new").to_csv(table, index=False)
    assert run("verify")[0] == 0


def test_a_table_that_is_gone_is_said_to_be_and_is_no_failure(run: Run, table: Path) -> None:
    audit_id = audit(run, table)
    table.unlink()
    code, found, _ = run("verify")
    [one] = found["audits"]
    assert code == 0 and one["state"] == "not-at-hand"
    assert one["sentence"] == f"Audit {audit_id}: its record is unchanged; answers.csv is no longer at {table}, so it was not made again."
    main(["verify"])


def test_what_people_read_says_what_was_not_checked(run: Run, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    audit(run, table)
    table.unlink()
    assert main(["verify"]) == 0
    assert "so it was not made again" in capsys.readouterr().out


def test_a_changed_record_is_told_whether_or_not_its_table_is_there(run: Run, table: Path) -> None:
    audit_id = audit(run, table)
    table.unlink()
    made = open_store().audit(audit_id)
    with open_store().engine.write() as connection:
        connection.execute(audits.update().values(content=json.dumps(to_json(replace(made, rows=made.rows + 1)))))
    assert run("verify")[0] == 1
    [check] = alone()
    assert str(check.sentence) == f"The record of audit {audit_id} was changed."


def test_an_audit_from_before_places_were_kept_says_so(run: Run, table: Path) -> None:
    audit(run, table)
    with open_store().engine.write() as connection:
        connection.execute(audits.update().values(origin=None))
    [check] = alone()
    assert check.state is State.NOT_RECORDED and "where its table of 200 rows lay was not kept" in str(check.sentence)


def test_groups_from_a_second_table_and_from_words_are_read_again(run: Run, table: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(table)
    frame.assign(text=["She called.", "He called."] * 100).drop(columns="group").to_csv(table, index=False)
    people = tmp_path / "people.csv"
    frame[["id", "group"]].to_csv(people, index=False)
    audit(run, table, "--id", "id", "--groups", str(people), "--text", "text", "--terms", "gender")
    assert [check.state for check in alone()] == [State.OK]
    frame[["id", "group"]].assign(group=["south", *frame["group"][1:]]).to_csv(people, index=False)
    [check] = alone()
    assert check.state is State.CHANGED and "people.csv was changed since" in str(check.sentence)


def test_an_audit_of_a_run_is_verified_with_its_run(run: Run, tiny_rows: pd.DataFrame) -> None:
    run_id = finished.finish(finished.dataset(tiny_rows))
    _, found, _ = run("audit", run_id, "--group", "group")
    code, _, said = run("verify", found["id"])
    assert code == 1 and said == f"Audit {found['id']} is of run {run_id}: verify that one.\n"
    assert list(alone()) == []


def test_an_audit_made_on_the_page_is_made_again_from_its_upload(run: Run) -> None:
    make(about(unequal().assign(score=lambda f: (f["answer"] == "yes") * 0.5 + 0.2), favourable="yes", scored="yes", **HARM))
    assert [check.state for check in alone()] == [State.OK]


def test_a_better_forecast_is_no_change_of_figures() -> None:
    verdict = {"gap": 0.1, "smallest_gap": 0.2, "rows_needed": 300}
    assert _figures([verdict]) == _figures([{**verdict, "smallest_gap": 0.25, "rows_needed": None}]) != _figures([{**verdict, "gap": 0.2}])


@pytest.mark.parametrize(
    ("version", "state"), [("", State.NOT_RECORDED), ("0.3.0", State.NOT_RECORDED), (fmcore.__version__, State.CHANGED)]
)
def test_intervals_of_another_version_may_be_otherwise_and_those_of_this_one_may_not(
    run: Run, table: Path, version: str, state: State
) -> None:
    made = open_store().audit(audit(run, table))
    assert made.version == fmcore.__version__ and [check.state for check in alone()] == [State.OK]
    _store(replace(made, version=version, gaps=tuple(_moved(gap, "high", 0.01) for gap in made.gaps)))
    [check] = alone()
    assert check.state is state
    if state is State.NOT_RECORDED:
        assert "this version computes some of its intervals otherwise" in str(check.sentence)


def test_a_figure_is_a_figure_in_every_version(run: Run, table: Path) -> None:
    made = open_store().audit(audit(run, table))
    _store(replace(made, version="0.3.0", by_group=tuple(_moved(figure, "value", 0.01) for figure in made.by_group)))
    assert [check.state for check in alone()] == [State.CHANGED]


def _moved(one: Any, end: str, by: float) -> Any:
    estimate = one.estimate
    return one if estimate.value is None else replace(one, estimate=replace(estimate, **{end: getattr(estimate, end) + by}))


def _store(audit: Audit) -> None:
    """Put a record in the place of the stored one, with the id that goes with it."""
    audit = replace(audit, id=id_of(audit))
    with open_store().engine.write() as connection:
        connection.execute(audits.update().values(id=audit.id, content=json.dumps(to_json(audit))))
