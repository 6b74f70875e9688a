"""The report as one HTML file that needs nothing else: no network, no server, no other file. Its figures are alive; it prints.

Everything in it is from the evidence. Text of strangers (labels, names, groups) is escaped by the template engine in the page, by
:mod:`.drawings` in the figures' data, and never becomes markup inside a figure. A Content-Security-Policy lets exactly two scripts run,
plotly.js and ours, each known by its hash, and lets nothing be fetched: even a mistake in the escaping would run and load nothing.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from fmcore.audit import naming
from fmcore.audit import summary as audit_summary
from fmcore.audit.records import Audit, Finding, Verdict
from fmcore.audit.swaps import summary
from fmcore.audit.swaps.summary import Answer
from fmcore.language import gettext as _
from fmcore.language import ngettext
from fmcore.records import Estimate, Metric
from fmcore.report import asked_words, audit_figures, document, explain_words, limits, names, swap_figures, words
from fmcore.report.drawings import Draw
from fmcore.report.evidence import LOOKS_LEFT_OUT, Evidence
from fmcore.report.text import one_line
from fmcore.stats.metrics import SAME

FOLDER = Path(__file__).parent / "page"
MOST_FIRST = 5  # verdicts on the first screen
MOST_PICTURES = 12  # of an audit's questions; all are in its tables
MOST_ROWS = 200  # of a table; the rest is counted, and stands in the JSON
MOST_CELLS = 12  # labels up to which the matrix is a table too
ORDER = (Finding.FAIL, Finding.UNCERTAIN, Finding.PASS)


def html(found: Evidence) -> str:
    """Return the page. The same evidence gives the same text."""
    return framed(
        "report.html",
        e=found,
        run=found.run,
        spec=found.run.spec,
        dataset=found.dataset,
        judged=found.judged,
        other=found.evaluations[0] if len(found.evaluations) > 1 else None,
        chain=list(_chain(found)),
        sections=_sections(found),
        verdicts=_by_finding((audit, verdict) for audit in found.audits for verdict in (*audit.verdicts, *audit.four_fifths)),
        swap_answers=_swap_answers(found),
        limits=limits.of(found),
        looks_left_out=_(LOOKS_LEFT_OUT),
        languages=words.languages(found.profile),
        parents=", ".join(f"{parent.name} ({parent.id})" for parent in found.parents),
        commands=document.recompute(found.run),
        evidence_sha256=hashlib.sha256(document.text(found).encode()).hexdigest(),
        draw=Draw(found),
    )


def framed(template: str, **values: object) -> str:
    """Return a page of ours with its look, its two scripts and the policy that lets nothing else run."""
    scripts = {"plotly": _script(get_plotlyjs()), "report": _script(_file("report.js"))}
    return (
        _environment()
        .get_template(template)
        .render(
            **values,
            style=Markup(_file("report.css")),  # ours, as the icon is: no text of a stranger
            icon=Markup(_file("icon.svg")),
            scripts=scripts,
            policy=_policy(*scripts.values()),
        )
    )


@dataclass(frozen=True)
class Step:
    """One link of the chain on the first screen."""

    kind: str
    what: str
    more: str


def _chain(found: Evidence) -> Iterator[Step]:
    run, dataset, base = found.run, found.dataset, found.run.spec.base
    rows = _("version {n} · {rows} rows").format(n=dataset.version, rows=words.count(sum(dataset.rows.values())))
    yield Step(_("Data"), dataset.name, rows)
    size = _("{n} million parameters").format(n=words.number(base.n_parameters / 1e6, 1)) if base.n_parameters else base.model_type
    yield Step(_("Base model"), found.base_title.rsplit("/", 1)[-1], size)
    part_of = words.trained_on(found)
    learned = part_of and _("trained on {rows}").format(rows=part_of)
    how_long = " · ".join(part for part in (learned, (run.ended or run.when)[:10], words.duration(run.seconds), run.device) if part)
    yield Step(_("Run"), words.made_by(run), how_long)
    looks = len(found.looks)
    judged = "–"
    if found.judged is not None:
        n = words.count(int(found.judged.confusion.sum()))
        judged = _("{n} {split} rows").format(n=n, split=names.split_title(found.judged.split))
    opened = ngettext("test rows opened {n} time", "test rows opened {n} times", looks).format(n=looks)
    yield Step(_("Answers"), judged, " · ".join((words.audits_by_split(found.audits), opened)))


def _sections(found: Evidence) -> dict[str, str]:
    """Return anchor → title of the sections that the page has."""
    judged = {"figures": _("Figures"), "labels": _("Label by label"), "confusion": _("What was taken for what")}
    learning = {"learning": _("How it learned")}
    rest = {
        "audits": _("Audits: groups of people"),
        **({"swaps": _("Swaps: the same said of another person")} if found.swaps else {}),
        **({"explanations": _("Words that speak for an answer")} if found.explained else {}),
        "limits": _("What this can’t say"),
        "looks": _("Looks at the test rows"),
        "data": _("The data"),
        "lineage": _("Lineage and fingerprints"),
        "again": _("Making it again"),
    }
    return {**(judged if found.judged else {}), **(learning if found.progress else {}), **rest}


def _by_finding(verdicts: Iterable[tuple[Audit, Verdict]]) -> list[tuple[Audit, Verdict]]:
    """Return the verdicts, those that fail first, then those that nothing can be said about; otherwise as the audits have them."""
    return sorted(verdicts, key=lambda pair: ORDER.index(pair[1].verdict))


def _swap_answers(found: Evidence) -> list[Answer]:
    """Return what follows from the swap tests, category by category, those that fail first."""
    made = [answer for test in found.swaps for answer in summary.answers(test.found)]
    return sorted(made, key=lambda one: ORDER.index(one.finding))


def questions(audit: Audit) -> list[Verdict]:
    """Return the verdicts that get a picture: one for each measure and grouping, those that fail and the widest gaps first."""
    return list(audit.verdicts[:MOST_PICTURES])


def left_out(audit: Audit) -> list[str]:
    """Return one sentence for each group that was too small, however many measures left it out."""
    return list(dict.fromkeys(str(one.sentence) for one in audit.left_out))


def in_order(metrics: Sequence[Metric], headline: str) -> list[Metric]:
    """Return the metrics that a table shows, the headline first."""
    return sorted((metric for metric in metrics if metric.name not in SAME), key=lambda metric: metric.name != headline)


def by_name(metrics: Iterable[Metric]) -> dict[str, Estimate]:
    return {metric.name: metric.estimate for metric in metrics}


def by_label(metrics: Iterable[Metric]) -> dict[str | None, dict[str, Estimate]]:
    found: dict[str | None, dict[str, Estimate]] = {}
    for metric in metrics:
        found.setdefault(metric.label, {})[metric.name] = metric.estimate
    return found


@functools.cache
def _environment() -> Environment:
    made = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {
        **{name: getattr(words, name) for name in ("text", "number", "interval", "count", "moment", "duration", "setting", "width")},
        **{"one_line": one_line, "in_order": in_order},
    }
    made.globals |= {
        **{
            name: getattr(words, name)
            for name in (
                "says",
                "percent",
                "trained_on",
                "swaps_title",
                "ruler",
                "answer_sentence",
                "mix_up_sentence",
                "looks_sentence",
                "rows_judged",
                "verdict_sentence",
                "hundred",
            )
        },
        **{
            "fingerprint_title": words.fingerprint_title,
            "group_title": audit_figures.group_title,
            "question_title": names.question_title,
            "stratum": naming.stratum,
            "grouped_by": asked_words.grouped_by,
            "questions": questions,
        },
        **{"swap_measure": swap_figures.measure_title, "swap_pair": swap_figures.pair_title, "swap_questions": swap_figures.questions},
        **{
            "headline": summary.headline,
            "swap_measures": swap_figures.measures_of,
            "answers_of": summary.answers,
            "audit_headline": audit_summary.headline,
            "told": asked_words.told,
            "held_against": asked_words.held_against,
            "hoped_for": asked_words.hoped_for,
            "counted_line": audit_summary.counted_line,
            "intervals_differ": audit_summary.intervals,
            "mirrored": audit_summary.mirrored,
            "together": audit_summary.together,
        },
        **{"word_marks": explain_words.words, "word_legend": explain_words.legend},
        **{"_": _, "ngettext": ngettext, "left_out": left_out, "by_name": by_name, "by_label": by_label},
        **{"title": names.metric_title, "measure": names.measure_title, "meaning": names.meaning, "start": names.start},
        **{"finding": names.finding_title, "split_title": names.split_title, "method": names.method_title},
        **{"most_first": MOST_FIRST, "most_rows": MOST_ROWS, "most_cells": MOST_CELLS, "most_pictures": MOST_PICTURES},
    }
    return made


def _script(source: str) -> Markup:
    """Return one of our two scripts for the inside of a script element.

    Raises:
        ValueError: it holds what would end the element, as another version of it might.
    """
    if "</script" in source.lower() or "<!--" in source or "\r" in source:
        raise ValueError("a script can't be put into the page as it is")
    return Markup(source)


def _policy(*scripts: str) -> str:
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts)
    # plotly.js writes its own style rules; styles can't load anything where nothing may be loaded
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _file(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8").rstrip("\n")
