"""Which of several runs is the best by a metric, and what it can be told apart from, in one sentence. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fmcore.evaluation import compare
from fmcore.evaluation.compare import LOWER_IS_BETTER, Difference
from fmcore.records import Estimate
from pages.shared import amounts
from pages.shared.evaluate.evaluate_words import title
from pages.shared.runs.run_figures import metric_title
from pages.shared.words import _, plain


def answer(pairs: Sequence[Difference], scores: Mapping[str, Estimate], names: Mapping[str, str], metric: str) -> str:
    """Return which run is the best by this metric, and what it can be told apart from; markdown."""
    if len(pairs) == 1:
        told = compare.sentence(replace(pairs[0], metric=metric_title(metric)), names[pairs[0].first], names[pairs[0].second])
        return f"**{plain(str(told))}**"
    known = {run_id: e.value for run_id, e in scores.items() if e.value is not None}
    if not known:
        return _("None of these runs has a value for {metric}.").format(metric=title(metric))
    best = (min if metric in LOWER_IS_BETTER else max)(known, key=lambda run_id: known[run_id])
    words = {(d.first, d.second): d.word for d in pairs} | {
        (d.second, d.first): {"better": "worse", "worse": "better"}.get(d.word, d.word) for d in pairs
    }
    others = [run_id for run_id in names if run_id != best]
    ahead = [plain(names[one]) for one in others if words.get((best, one)) == "better"]
    level = [plain(names[one]) for one in others if words.get((best, one)) != "better"]
    values = {"name": plain(names[best]), "metric": title(metric), "value": amounts.number(known[best])}
    values |= {"ahead": ", ".join(ahead), "level": ", ".join(level)}
    if not level:
        return _("**{name}** is the best by {metric} ({value}): better than each of the others.").format(**values)
    if not ahead:
        return _("**{name}** is ahead by {metric} ({value}), but nobody can tell it from the others on these rows.").format(**values)
    return _("**{name}** is ahead by {metric} ({value}): better than {ahead}; cannot be told from {level}.").format(**values)
