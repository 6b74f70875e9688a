"""An audit of a run's stored predictions, from start to record. Every audit that is made here is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fmcore.audit.records import Audit, AuditSpec, GroupBy
from fmcore.settings import get_settings
from fmcore.store import open_store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.audit.answers import Answers
    from fmcore.audit.lexicon import Lexicon
    from fmcore.audit.origin import Origin


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


def keep(answers: Answers, spec: AuditSpec, *, origin: Origin | None = None, who: str | None = None) -> Audit:
    """Return the audit of these answers, stored; the same answers and spec give the first one again. ``origin``: of a table's answers.

    Raises:
        DataError: the spec asks for what is not there.
    """
    from fmcore.audit.audit import audit

    made = audit(answers, spec, who=who or get_settings().who, when=datetime.now(UTC).isoformat(timespec="seconds"))
    return open_store().add_audit(made, origin)
