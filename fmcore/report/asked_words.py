"""What a person was asked before an audit, and what they said, in words; and where a table's answers came from. Computes nothing."""

from __future__ import annotations

from fmcore.audit import summary
from fmcore.audit.origin import Origin
from fmcore.audit.records import Audit, AuditSpec
from fmcore.audit.situation import Decision, Harmed, Situation
from fmcore.language import gettext as _
from fmcore.report.text import one_line

LONGEST = 40  # characters of an answer that stand in a question


def decisions() -> dict[Decision, str]:
    return {
        Decision.CHANCE: _("somebody gets something they want, or not: a job, a loan, a refund"),
        Decision.BURDEN: _("somebody is checked, watched or refused, or is spared that"),
        Decision.SORTING: _("a case goes to a desk, a topic or an urgency"),
        Decision.ADVICE: _("a person reads it and decides"),
    }


def people() -> dict[Harmed, str]:
    return {
        Harmed.PERSON: _("the person it is about"),
        Harmed.OTHERS: _("others, who rely on it"),
        Harmed.NOBODY: _("nobody in particular"),
    }


def targets() -> dict[bool, str]:
    return {True: _("yes, as far as we know"), False: _("no, or nobody knows")}


def questions(label: str | None) -> dict[str, str]:
    """Return the guide's questions by what they are stored as, with the favourable answer, where there is one, as it is given here."""
    if label is None:
        alarm, miss = _("Who is harmed when an answer is given and is wrong?"), _("Who is harmed when the right answer is not given?")
    else:
        alarm = _("Who is harmed when the answer is “{label}” and that is wrong?").format(label=label)
        miss = _("Who is harmed when “{label}” would be right, but the answer is another?").format(label=label)
    return {
        "decision": _("What follows from the answer?"),
        "by_alarm": alarm,
        "by_miss": miss,
        "trusts_targets": _("Are the targets, what counts as right, free of unfairness themselves?"),
    }


def told(situation: Situation | None, label: str | None) -> dict[str, str]:
    """Return question → answer of what was said; nothing where nobody was asked."""
    if situation is None:
        return {}
    asked, said = questions(None if label is None else one_line(label, LONGEST)), {}
    for name, titles in (("decision", decisions()), ("by_alarm", people()), ("by_miss", people()), ("trusts_targets", targets())):
        answer = getattr(situation, name)
        if answer is not None:
            said[asked[name]] = titles[answer]
    return said


def hoped_for(audit: Audit) -> str:
    """Return the favourable answer, with a word where nobody named it."""
    label = audit.spec.favourable
    if label is None:
        return _("each in turn")
    return label if summary.guessed(audit) is None else _("{label} (taken, because nobody said)").format(label=label)


def grouped_by(spec: AuditSpec) -> str:
    """Return the columns that were compared, and that their combinations were, where they were."""
    columns = ", ".join(by.column for by in spec.groups)
    return _("{columns} and their combinations").format(columns=columns) if spec.intersections and len(spec.groups) > 1 else columns


def held_against(spec: AuditSpec) -> dict[str, str]:
    """Return title → column and group that the others of the column were held against; nothing where the widest gaps were asked."""
    chosen = [f"{by.column}: {by.reference}" for by in spec.groups if by.reference is not None]
    return {_("Every group held against"): ", ".join(chosen)} if chosen else {}


def came_from(origin: Origin | None) -> dict[str, str]:
    """Return title → value of where a table's answers and groups came from; nothing where that was not kept."""
    if origin is None:
        return {}
    found = {_("File"): origin.answers.name, _("sha256 of the file"): origin.answers.sha256}
    found |= {_("Target column"): origin.target, _("Answer column"): origin.answer, _("Score column"): origin.score or _("none")}
    if origin.score and origin.scored:
        found[_("A high score speaks for")] = origin.scored
    if origin.id:
        found[_("Id column")] = origin.id
    if origin.groups is not None:
        found |= {_("Table of groups"): origin.groups.name, _("sha256 of the table of groups"): origin.groups.sha256}
    if origin.text:
        found[_("Words looked for in column")] = origin.text
    if origin.lexicon is not None:
        found |= {_("Words from"): origin.lexicon.name, _("sha256 of the words"): origin.lexicon.sha256}
    return found
