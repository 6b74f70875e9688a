"""The figures of a report's page: which there are, numbered, each with its data for plotly and what it shows in words.

Text of strangers is escaped by :func:`_data_block` in the figures' data and never becomes markup inside a figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup

from fmcore.audit.records import Audit, Verdict
from fmcore.evaluation.report import Evaluation
from fmcore.explain.records import Attribution
from fmcore.language import gettext as _
from fmcore.report import audit_figures, document, explain_figures, figures, names, swap_figures
from fmcore.report.evidence import Evidence, SwapTest
from fmcore.report.text import one_line
from fmcore.stats.metrics import SAME

ERRORS = ("loss", "log-loss", "brier", "ece")
"""Metrics of which 0 is best: in a picture with those of which 1 is best they would squeeze all into the corners."""
PER_CLASS = ("precision", "recall", "f1")


@dataclass(frozen=True)
class Drawing:
    """One figure of the page."""

    id: str
    data: Markup
    """For plotly, as JSON; light, and dark where it has colours of its own."""
    words: str
    """What it shows, for those who can't see it."""
    height: int


class Pictures:
    """The figures of one audit's page, numbered in the order in which the page asks for them."""

    def __init__(self) -> None:
        self._count = 0

    def _add(self, figure: go.Figure, said: str, dark: go.Figure | None = None) -> Drawing:
        self._count += 1
        block = {"light": _plain(figure), **({} if dark is None else {"dark": _plain(dark)})}
        return Drawing(f"figure-{self._count}", _data_block(block), said, int(figure.layout.height))

    def question(self, audit: Audit, verdict: Verdict) -> Drawing | None:
        if not any(one.estimate.value is not None for one in audit_figures.figures_of(audit, verdict)):
            return None
        said = _("{question}: each group with its interval. The shaded part is within what was accepted, from the best group.")
        if verdict.pair:
            said = _("{question}: each group with its interval. The shaded part is within what was accepted, from the reference.")
        return self._add(audit_figures.by_group(audit, verdict), said.format(question=one_line(names.question_title(verdict), 300)))


class Draw(Pictures):
    """The figures of a run's page."""

    def __init__(self, found: Evidence) -> None:
        super().__init__()
        self.found = found

    def metrics(self, evaluation: Evaluation) -> Drawing:
        shown = [metric for metric in evaluation.metrics if metric.name not in (*ERRORS, *SAME)]
        return self._add(figures.intervals(shown), _("Each figure as a point with its interval."))

    def per_class(self, evaluation: Evaluation) -> Drawing:
        labels = evaluation.labels[: figures.MOST_LABELS]
        shown = [metric for metric in evaluation.per_class if metric.name in PER_CLASS and metric.label in labels]
        return self._add(figures.intervals(shown), _("Precision, recall and F1 of each label, as points with their intervals."))

    def confusion(self, evaluation: Evaluation) -> Drawing:
        light, dark = (figures.confusion(evaluation, "by-target", dark=is_dark) for is_dark in (False, True))
        return self._add(light, _("Share of each true label’s rows by answer."), dark)

    def curves(self) -> Iterator[Drawing]:
        kinds = {
            _("Loss"): ("train_loss", "validation_loss"),
            _("Figures on the validation rows"): ("validation_macro-f1", "validation_accuracy"),
        }
        for title, wanted in kinds.items():
            known = [name for name in wanted if any(name in point.values for point in self.found.progress)]
            if known:
                yield self._add(figures.curves({self.found.run.name: self.found.progress}, known, title), title)

    def swaps(self, test: SwapTest) -> Iterator[Drawing]:
        for measure in swap_figures.measures_of(test.found):
            shown = swap_figures.questions(test.found, measure)
            picture = swap_figures.by_pair(shown, with_category=len(test.found.by_category) > 1)
            said = _("{measure}, by pair of groups, with intervals. The shaded part is acceptable.")
            yield self._add(picture, said.format(measure=names.start(swap_figures.measure_title(measure, shown[0].label))))

    def explained(self, found: Attribution) -> Drawing:
        return self._add(explain_figures.words(found), _("How much each word speaks for the answer, or against it, as bars."))

    def erased(self) -> Drawing | None:
        found = self.found.explained
        if found is None or not all(one.dropped for one in found.trust.erased):
            return None
        said = _("By how much the probability falls when the words that the method names are hidden, or kept alone, against random ones.")
        return self._add(explain_figures.erased(found.trust), said)


def _plain(figure: go.Figure) -> dict[str, Any]:
    """Return a figure as JSON values without plotly's own theme, which would be most of it; report.js brings ours."""
    made = json.loads(figure.to_json(engine="json"))
    made["layout"].pop("template", None)
    return document.fixed(made)


def _data_block(value: Any) -> Markup:
    """Return JSON for the inside of a script element: no text in it can end the element, open a comment or break a line."""
    plain = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return Markup(plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
