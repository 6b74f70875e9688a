"""How a report puts numbers, moments and findings into words; text of strangers comes out escaped. Computes no figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from fmcore.audit.records import Audit, Gap, Verdict
from fmcore.evaluation.report import Evaluation
from fmcore.language import gettext as _
from fmcore.language import ngettext
from fmcore.records import Estimate, Json, Run
from fmcore.report.evidence import Evidence
from fmcore.report.names import finding_title, metric_title, split_title
from fmcore.report.text import one_line
from fmcore.store import Look


def text(value: object, length: int = 300) -> Markup:
    """Return any text for the page: one line, escaped, and fenced off so that its reading direction stays its own."""
    return value if isinstance(value, Markup) else Markup("<bdi>{}</bdi>").format(one_line(value, length))


def says(template: str, **values: object) -> Markup:
    """Return a sentence of ours, which may hold markup, with values that are only ever text."""
    return Markup(template).format(**{name: text(value) if isinstance(value, str) else value for name, value in values.items()})


def number(value: float | None, digits: int = 3) -> str:
    """Return a figure with a true minus, or a dash where there is none.

    Example:
        >>> number(-0.12345), number(None)
        ('−0.123', '–')
    """
    return "–" if value is None else f"{value:,.{digits}f}".replace("-", "−")


def interval(estimate: Estimate, digits: int = 3) -> str:
    if estimate.low is None or estimate.high is None:
        return "–"
    return _("{low} to {high}").format(low=number(estimate.low, digits), high=number(estimate.high, digits))


def hundred(estimate: Estimate) -> Estimate:
    """Return a share as percent, or a difference of shares as points: the one unit that an audit speaks in."""
    ends = {name: getattr(estimate, name) for name in ("value", "low", "high")}
    return replace(estimate, **{name: None if end is None else 100 * end for name, end in ends.items()})


def width(gap: Gap) -> str:
    """Return a gap in points, or a ratio in percent."""
    unit = _("{value} %") if gap.kind == "ratio" else _("{value} points")
    return unit.format(value=number(hundred(gap.estimate).value, 1))


def count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def moment(iso: str | None) -> str:
    """Return a stored UTC time to the minute."""
    return f"{iso[:10]} {iso[11:16]} UTC" if iso else "–"


def duration(seconds: float | None) -> str:
    """Return seconds in the two largest units that matter.

    Example:
        >>> duration(20.2), duration(200), duration(7500)
        ('20 s', '3 min 20 s', '2 h 5 min')
    """
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min").format(hours=whole // 3600, minutes=whole % 3600 // 60)


def setting(value: Json) -> str:
    """Return a setting as people write it."""
    if value is None or isinstance(value, str | bool):
        return "–" if value is None else str(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def percent(evaluation: Evaluation) -> str:
    """Return the level of an evaluation's intervals in percent."""
    return next((f"{metric.estimate.level * 100:g}" for metric in evaluation.metrics), "95")


def made_by(run: Run) -> str:
    """Return what was done and by whom."""
    said = {"finetune": _("fine-tuned by {who}"), "baseline": _("baseline fitted by {who}")}.get(run.spec.stage, _("made by {who}"))
    return said.format(who=run.who)


def trained_on(found: Evidence) -> str:
    """Return how many of the training rows a run learned from; "" where it was all of them. So many of each label, rounded up."""
    share = found.run.spec.settings.get("train_share")
    if not isinstance(share, float) or share >= 1:
        return ""
    counts = found.profile.get("labels", {}).get("train", {})
    if not counts:
        return _("{percent} % of the training rows").format(percent=f"{share * 100:g}")
    n = sum(math.ceil(held * share - 1e-9) for held in counts.values())
    of = {"n": count(n), "all": count(sum(counts.values()))}
    return _("{n} of the {all} training rows ({percent} %)").format(percent=f"{share * 100:g}", **of)


def ruler(estimate: Estimate) -> dict[str, float] | None:
    """Return where value and interval lie on a line from 0 to 1, in percent of it; None where they don't fit on it."""
    ends = (estimate.low, estimate.value, estimate.high)
    if any(end is None or not 0 <= end <= 1 for end in ends):
        return None
    low, value, high = (round(100 * float(end), 2) for end in ends)  # type: ignore[arg-type]
    return {"low": low, "value": value, "width": round(high - low, 2)}


def answer_sentence(found: Evidence) -> Markup:
    """Return the headline figure, which there must be, with its interval in one sentence."""
    answer = found.answer
    assert answer is not None and found.judged is not None
    return says(
        _("On {n} {split} rows the {metric} is <b>{value}</b>; with {percent} % confidence it is between <b>{low}</b> and <b>{high}</b>."),
        n=count(answer.n),
        split=split_title(found.judged.split),
        metric=metric_title(found.headline),
        value=number(answer.value),
        percent=f"{answer.level * 100:g}",
        low=number(answer.low),
        high=number(answer.high),
    )


def verdict_sentence(verdict: Verdict) -> Markup:
    """Return a verdict's sentence with its finding marked, said once."""
    sentence, title = one_line(verdict.sentence, 1500), finding_title(verdict.verdict)
    rest = sentence.removeprefix(title) if sentence.startswith(title) else f". {sentence}"
    gap = " " if rest.startswith(" ") else ""  # text() takes spaces off both ends
    return Markup('<span class="word">{}</span>{}{}').format(title, gap, text(rest, 1500))


def rows_judged(audit: Audit) -> str:
    """Return how many rows an audit judged, and which."""
    if audit.spec.split is None:
        return ngettext("{n} row of a table", "{n} rows of a table", audit.rows).format(n=count(audit.rows))
    return _("{n} {split} rows").format(n=count(audit.rows), split=split_title(audit.spec.split))


def audits_by_split(audits: Sequence[Audit]) -> str:
    """Return how many audits there are, and of which rows."""
    said = ngettext("{n} audit", "{n} audits", len(audits)).format(n=len(audits))
    splits = dict.fromkeys(split_title(audit.spec.split) for audit in audits if audit.spec.split)
    return _("{audits} ({splits} rows)").format(audits=said, splits=", ".join(splits)) if splits else said


def swaps_title(test: Run) -> str:
    """Return what a swap test asked, in plain text.

    The words are those of :class:`fmcore.pipeline.swap_settings.SwapSettings`, as the record has them.
    """
    chosen = test.spec.settings
    if chosen.get("words") == "own table":
        what = _("Pairs that somebody brought")
    elif chosen.get("in_place") and chosen.get("templates"):
        what = _("Sentences of the {split} rows, and neutral sentences")
    else:
        what = _("Sentences of the {split} rows") if chosen.get("in_place") else _("Neutral sentences")
    title = what.format(split=split_title(str(chosen.get("split") or "")))
    return f"{title} · {chosen['categories']}" if chosen.get("categories") else title


def mix_up_sentence(evaluation: Evaluation) -> Markup:
    """Return how many answers were wrong, and the most frequent mistake."""
    wrong = evaluation.confusion.copy()
    for place in range(len(wrong)):
        wrong[place, place] = 0
    if not wrong.sum():
        return Markup(_("No row was answered wrongly."))
    target, answer = divmod(int(wrong.argmax()), len(wrong))
    return says(
        _("{wrong} of {n} rows were answered wrongly. Most often <b>{target}</b> was taken for <b>{answer}</b>: {times}."),
        wrong=count(int(wrong.sum())),
        n=count(int(evaluation.confusion.sum())),
        target=evaluation.labels[target],
        answer=evaluation.labels[answer],
        times=ngettext("{n} time", "{n} times", int(wrong.max())).format(n=count(int(wrong.max()))),
    )


def looks_sentence(looks: Sequence[Look]) -> str:
    """Return how often the test rows had been opened when the report was made, and when last."""
    if not looks:
        return _("When this report was made, nobody had opened the test rows of this run.")
    sentence = ngettext("When this report was made, the test rows of this run had been opened {n} time, on {when}.",
                        "When this report was made, the test rows of this run had been opened {n} times, the last time on {when}.",
                        len(looks))  # fmt: skip
    return sentence.format(n=count(len(looks)), when=moment(max(look.when for look in looks)))


def fingerprint_title(what: str) -> str:
    """Return what a fingerprint is of."""
    if what.startswith("predictions/"):
        return _("answers to the {split} rows").format(split=split_title(what.partition("/")[2]))
    if what.startswith("swaps/"):
        return _("answers to the swaps of {test}").format(test=what.partition("/")[2])
    return {
        "spec": _("spec: everything needed to run it again"),
        "data": _("data: its rows, roles and splits"),
        "base": _("weights of the base model"),
        "model": _("the trained model, all files"),
        "explanations": _("explanations of test rows in this report"),
    }.get(what, what)


def languages(profile: Mapping[str, Any]) -> str:
    """Return the languages of a data set as far as they were guessed, the most frequent first: ``en (500), zh (3)``."""
    counts = profile.get("languages", {}).get("counts", {})
    return ", ".join(f"{code} ({count(n)})" for code, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
