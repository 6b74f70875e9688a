"""A data set described for people, in Markdown: what it is, how it was split, what was found, who accepted it.

Every value from the data is escaped; no row and no excerpt of a row is ever written, since the card travels with exports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fmcore.language import gettext as _
from fmcore.records import SPLITS, Dataset
from fmcore.report.text import for_markdown

MOST_LINES = 100  # of a table; the rest is counted


def markdown(dataset: Dataset, profile: Mapping[str, Any]) -> str:
    """Return the card; ``profile`` is what :func:`fmcore.data.profile.profile` found. What a profile lacks leaves out its section."""
    parts = [
        f"# {_('Data card')}: {for_markdown(dataset.name, 200)} ({_('version')} {dataset.version})",
        _facts(dataset, profile),
        _section(_("Rows and labels"), _labels(dataset, profile.get("labels", {}))),
        _section(_("Length of the texts"), _lengths(profile)),
        _section(_("Groups"), _groups(dataset, profile.get("groups", {}))),
        _section(_("Languages"), _languages(profile.get("languages", {}))),
        _section(_("What the check found"), _problems(dataset)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table of already escaped cells, or nothing without lines; numbers stand to the right."""
    lines = list(lines)
    if not lines:
        return ""
    shown, rest = lines[:MOST_LINES], len(lines) - MOST_LINES
    marks = ["---:" if all(isinstance(line[place], int | float) for line in shown) else "---" for place in range(len(head))]
    rows = [head, marks, *([f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in line] for line in shown)]
    body = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return body if rest <= 0 else body + "\n\n" + _("… and {count} more.").format(count=f"{rest:,}")


def _facts(dataset: Dataset, profile: Mapping[str, Any]) -> str:
    roles = {
        _("Text"): dataset.columns.text,
        _("Second text"): dataset.columns.text_pair,
        _("Label"): dataset.columns.label,
        _("Groups"): ", ".join(dataset.columns.groups) or None,
        _("Id"): dataset.columns.id,
        _("Split column"): dataset.columns.split,
        _("Kept on one side"): dataset.columns.unit,
    }
    given = (
        _("as given by the files or a column")
        if dataset.split_seed is None
        else _("what came without a split of its own was drawn with seed {seed}").format(seed=dataset.split_seed)
    )
    dropped = sum(int(count) for count in profile.get("dropped", {}).values())
    facts = {
        _("Task"): dataset.task,
        _("Source"): dataset.source,
        **{f"{_('Column')}: {title}": value for title, value in roles.items() if value is not None},
        _("Split"): given,
        _("Rows left out"): dropped if dropped else None,
        _("Made from"): dataset.parent,
        _("Changed"): " ".join(map(str, dataset.changes)) or None,
        _("Added by"): dataset.who,
        _("Added at"): dataset.when,
        _("Fingerprint (sha256)"): dataset.fingerprint,
    }
    return "\n".join(f"- **{title}:** {for_markdown(value, 500)}" for title, value in facts.items() if value is not None)


def _labels(dataset: Dataset, labels: Mapping[str, Mapping[str, int]]) -> str:
    splits = [name for name in SPLITS if name in dataset.rows]
    head = [_("Label"), *(_(name) for name in splits)]
    lines: list[list[object]] = [[f"**{_('all')}**", *(int(dataset.rows[name]) for name in splits)]]
    if labels:
        lines += [[for_markdown(label, 100), *(int(labels.get(name, {}).get(label, 0)) for name in splits)] for label in dataset.labels]
    return table(head, lines)


def _lengths(profile: Mapping[str, Any]) -> str:
    units = {"words": _("words"), "characters": _("characters")}
    lines = [
        [_(split), title, *(round(float(summary[key]), 1) for key in ("p50", "p95", "max"))]
        for unit, title in units.items()
        for split, summary in profile.get(unit, {}).items()
        if summary
    ]
    return table([_("Split"), _("Unit"), _("half are below"), _("95 % are below"), _("longest")], lines)


def _groups(dataset: Dataset, groups: Mapping[str, Mapping[str, Any]]) -> str:
    return "\n\n".join(_group(column, groups[column], dataset.labels) for column in dataset.columns.groups if column in groups)


def _group(column: str, group: Mapping[str, Any], labels: Sequence[str]) -> str:
    splits = group.get("splits", {})
    names = list(dict.fromkeys(value for counts in splits.values() for value in counts))
    lines = [[for_markdown(value, 100), *(int(splits.get(split, {}).get(value, 0)) for split in SPLITS)] for value in names]
    note = _("{values} values; {missing} rows without one.").format(
        values=f"{group.get('values', 0):,}", missing=f"{group.get('missing', 0):,}"
    )
    return f"### {for_markdown(column, 100)}\n\n{note}\n\n" + table([_("Value"), *(_(split) for split in SPLITS)], lines)


def _languages(languages: Mapping[str, Any]) -> str:
    counts = languages.get("counts", {})
    lines = [[for_markdown(code, 20), int(count)] for code, count in sorted(counts.items(), key=lambda item: -item[1])]
    body = table([_("Language"), _("rows of a sample")], lines)
    return body and body + "\n\n" + _("Guessed from {n} rows.").format(n=f"{languages.get('sampled', 0):,}")


def _problems(dataset: Dataset) -> str:
    lines = [[for_markdown(p.severity.value), int(p.count), for_markdown(p.sentence, 500)] for p in dataset.problems]
    body = table([_("Severity"), _("Count"), _("Finding")], lines) or _("Nothing.")
    if dataset.confirmation is None:
        return body
    known = ", ".join(dataset.confirmation.kinds) or "–"
    word = _("Accepted by {who} at {when}: {kinds}.").format(
        who=for_markdown(dataset.confirmation.who, 100), when=for_markdown(dataset.confirmation.when), kinds=for_markdown(known, 500)
    )
    return f"{body}\n\n{word}"
