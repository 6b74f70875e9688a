"""An audit from start to record: of a run's stored predictions, or of anybody's table. Every audit that is made here is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.audit.records import Audit, AuditSpec, GroupBy
from fmcore.settings import get_settings
from fmcore.store import open_store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.audit.answers import Answers
    from fmcore.audit.lexicon import Lexicon


def audit_run(
    run_id: str, spec: AuditSpec, *, split: str = "test", lexicon: Lexicon | None = None, who: str | None = None, how: str
) -> Audit:
    """Return the stored audit of a run's answers on one split; reading the test split counts as a look.

    Without group columns in ``spec``, those that the data set names are taken. ``lexicon`` is a
    person's own, for groups of kind ``terms``.

    Raises:
        JobError: the run is not done.
        DataError: there are no predictions for this split, or the spec asks for a column that is not there.
    """
    answers = answers_of(run_id, split, who=who, how=how)
    if any(by.kind == "terms" for by in spec.groups):
        answers = with_terms(answers, run_id, split, lexicon=lexicon)
    if not spec.groups:
        dataset = open_store().dataset(open_store().run(run_id).spec.dataset)
        spec = replace(spec, groups=tuple(GroupBy(column) for column in dataset.columns.groups))
    return keep(answers, replace(spec, source=run_id, split=split), who=who)


def answers_of(run_id: str, split: str = "test", *, who: str | None = None, how: str) -> Answers:
    """Return a run's answers with every column of its rows; reading the test split counts as a look.

    Raises:
        JobError: the run is not done.
        DataError: there are no predictions for this split.
    """
    from fmcore.pipeline.evaluate import predictions

    return joined(predictions(run_id, split, who=who, how=how), run_id, split)


def joined(frame: pd.DataFrame, run_id: str, split: str) -> Answers:
    """Return a run's predictions with every column of the rows that they are about.

    Raises:
        DataError: a prediction has no row.
    """
    from fmcore.audit.answers import from_predictions
    from fmcore.data import shelf

    dataset = open_store().dataset(open_store().run(run_id).spec.dataset)
    columns = dataset.columns
    leave = [name for name in (columns.text, columns.text_pair, columns.label, columns.id, columns.split) if name is not None]
    return from_predictions(frame, shelf.rows(dataset.id, split), dataset.labels, leave=leave)


def with_terms(answers: Answers, run_id: str, split: str = "test", *, lexicon: Lexicon | None = None) -> Answers:
    """Return a run's answers with a group column per category of the lexicon: whom each text mentions (:mod:`fmcore.audit.terms`)."""
    from fmcore.audit import terms
    from fmcore.audit.lexicon import in_force
    from fmcore.data import shelf

    dataset = open_store().dataset(open_store().run(run_id).spec.dataset)
    rows = shelf.rows(dataset.id, split).set_index("fmc_id")
    texts = rows[dataset.columns.text]
    if dataset.columns.text_pair is not None:
        texts = texts + "\n" + rows[dataset.columns.text_pair]
    return terms.with_groups(answers, texts.reindex(answers.ids).tolist(), in_force(lexicon))


def answers_in(
    path: Path,
    *,
    target: str,
    answer: str,
    score: str | None = None,
    favourable: str | None = None,
    id: str | None = None,
    groups: Path | None = None,
    text: str | None = None,
    lexicon: Lexicon | None = None,
    **reading: Any,
) -> Answers:
    """Return the answers in anybody's file, of any format that data can have. ``groups`` is a second file, matched by ``id``.

    ``text`` is a column of texts: whom they mention makes groups of kind ``terms``, by a person's own ``lexicon`` or those that ship.
    ``reading`` holds options of :func:`fmcore.data.read.read_table` for the first.

    Raises:
        DataError: a file can't be read, or there are no targets and answers in it.
    """
    from fmcore.audit.answers import from_table, with_groups
    from fmcore.data.read import read_table

    frame = read_table(path, **reading).frame
    answers = from_table(frame, target=target, answer=answer, score=score, favourable=favourable, id=id)
    if text is not None:
        answers = _with_terms_of(answers, text, lexicon)
    return answers if groups is None or id is None else with_groups(answers, read_table(groups).frame, id)


def _with_terms_of(answers: Answers, text: str, lexicon: Lexicon | None) -> Answers:
    from fmcore.audit import terms
    from fmcore.audit.lexicon import in_force
    from fmcore.errors import DataError

    if text not in answers.groups:
        raise DataError("The table has no column of texts called {column}.", column=text[:80])
    return terms.with_groups(answers, answers.groups[text].tolist(), in_force(lexicon))


def audit_table(path: Path, spec: AuditSpec, *, who: str | None = None, **columns: Any) -> Audit:
    """Return the stored audit of anybody's file; ``columns`` as :func:`answers_in`.

    Raises:
        DataError: the file can't be read or holds nothing to audit.
    """
    return keep(answers_in(path, favourable=spec.favourable, **columns), spec, who=who)


def keep(answers: Answers, spec: AuditSpec, *, who: str | None = None) -> Audit:
    """Return the audit of these answers, stored; the same answers and spec give the first one again.

    Raises:
        DataError: the spec asks for what is not there.
    """
    from fmcore.audit.audit import audit

    made = audit(answers, spec, who=who or get_settings().who, when=datetime.now(UTC).isoformat(timespec="seconds"))
    return open_store().add_audit(made)
