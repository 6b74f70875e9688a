"""An audit of anybody's table, from the files to the record; and the same answers once more, from where the record says they came from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fmcore.audit.origin import File, Origin
from fmcore.audit.records import Audit, AuditSpec
from fmcore.errors import DataError
from fmcore.pipeline.audit import keep
from fmcore.training.checkpoints import sha256

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers


def audit_table(
    path: Path,
    spec: AuditSpec,
    *,
    target: str,
    answer: str,
    score: str | None = None,
    id: str | None = None,
    groups: Path | None = None,
    text: str | None = None,
    lexicon: Path | None = None,
    who: str | None = None,
) -> Audit:
    """Return the stored audit of anybody's file, of any format that data can have.

    ``groups`` is a second file, matched by ``id``. ``text`` is a column of texts: whom they mention makes groups of kind ``terms``, by a
    person's own ``lexicon`` or those that ship.

    Raises:
        DataError: a file can't be read, or there are no targets and answers in it.
    """
    origin = Origin(
        file(path), target, answer, score, spec.favourable, id=id, groups=None if groups is None else file(groups), groups_id=id, text=text,
        lexicon=None if lexicon is None else file(lexicon),
    )  # fmt: skip
    return keep(read(origin), spec, origin=origin, who=who)


def file(path: Path, *, name: str | None = None, **reading: str | None) -> File:
    """Return a file with its fingerprint.

    Raises:
        DataError: it can't be read.
    """
    try:
        return File(str(path.absolute()), name or path.name, sha256(path), {key: value for key, value in reading.items() if value})
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError("{file} can't be read: {reason}.", file=name or path.name, reason=reason) from error


def read(origin: Origin) -> Answers:
    """Return the answers of a table, with their groups.

    Raises:
        DataError: a file can't be read, or there are no targets and answers in it.
    """
    from fmcore.audit import lexicon, terms
    from fmcore.audit.answers import with_groups
    from fmcore.audit.table import both_ways, from_table

    answers = from_table(
        _frame(origin.answers), target=origin.target, answer=origin.answer, score=origin.score, favourable=origin.scored, id=origin.id
    )
    if origin.scores_both:
        answers = both_ways(answers)
    if origin.groups is not None and origin.groups_id is not None:
        answers = with_groups(answers, _frame(origin.groups), origin.groups_id)
    if origin.text is not None:
        if origin.text not in answers.groups:
            known = ", ".join(str(name)[:80] for name in list(answers.groups)[:12]) or "none"
            raise DataError(
                "There is no column of texts called {column} beside target, answer and score. There are: {known}.",
                column=origin.text[:80], known=known,
            )  # fmt: skip
        own = None if origin.lexicon is None else lexicon.load(Path(origin.lexicon.path))
        answers = terms.with_groups(answers, answers.groups[origin.text].tolist(), lexicon.in_force(own))
    return answers


def _frame(one: File):
    from fmcore.data.read import read_table

    return read_table(Path(one.path), name=one.name, **one.reading).frame
