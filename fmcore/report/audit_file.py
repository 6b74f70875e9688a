"""One audit to take away, as a page that needs nothing else and as a document: what was asked, of which answers, and what follows."""

from __future__ import annotations

from fmcore.audit import summary
from fmcore.audit.origin import Origin
from fmcore.audit.records import Audit
from fmcore.language import gettext as _
from fmcore.records import Json, to_json
from fmcore.report import asked_words, html
from fmcore.report.drawings import Pictures


def page(audit: Audit, origin: Origin | None, *, whose: str = "", title: str = "") -> str:
    """Return the audit as one HTML page, as the report of a run shows it. The same record gives the same text.

    ``whose`` is what people call the answers; without it the name of the file, or the id of the run. The columns compared stand beside.
    ``title`` is what somebody calls the audit itself, and then stands there instead.
    """
    answers = whose or (origin.answers.name if origin is not None else audit.spec.source or audit.id)
    title = title or _("{answers}, by {columns}").format(answers=answers, columns=asked_words.grouped_by(audit.spec))
    return html.framed("audit_file.html", audit=audit, title=title, came_from=asked_words.came_from(origin), draw=Pictures())


def document(audit: Audit, origin: Origin | None) -> dict[str, Json]:
    """Return the audit as JSON values; of the files it names, not where they lie on this machine."""
    whole = {"id": audit.id, "headline": [str(sentence) for sentence in summary.headline(audit)], **audit.to_json()}
    return {**whole, "origin": None if origin is None else _travels(to_json(origin))}


def _travels(value: Json) -> Json:
    return {name: _travels(one) for name, one in value.items() if name != "path"} if isinstance(value, dict) else value
