"""The model card of a run, a README.md in the hub's format, filled from the evidence alone.

The head is YAML that the hub reads (results, base model, language, licence where it is known); the body is Markdown for people. Text of
strangers is escaped in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from fmcore.audit import summary as audit_summary
from fmcore.audit.records import Audit, Verdict
from fmcore.audit.swaps import summary
from fmcore.evaluation.report import Evaluation
from fmcore.language import gettext as _
from fmcore.records import Estimate, Json, Sentence
from fmcore.report import asked_words, document, limits, names, words
from fmcore.report.data_card import table
from fmcore.report.evidence import LOOKS_LEFT_OUT, Evidence
from fmcore.report.text import for_markdown, one_line

KNOWN_TYPES = {
    "mcc": "matthews_correlation",
    "macro-f1": "f1",
    "macro-precision": "precision",
    "macro-recall": "recall",
    "brier": "brier_score",
}
"""Metric id → what the hub calls it, where that is another word."""
LICENCES = {"embedded": "apache-2.0"}
"""Source of the base model → its licence, where we know it; a licence that we don't know is not guessed."""
OFTEN = 0.05  # share of rows from which a language counts as one of the data's
USE = """```python
from transformers import pipeline

classify = pipeline("{task}", model=".")  # the exported folder that this card lies in
classify("A text.")
```

An exported run also holds every figure with its interval and method (metrics.json), the answer to every row (predictions/), a card of the
data (data-card.md), its settings and origin, enough to run it again (spec.json), and the sha256 of every file (manifest.json)."""


def card(found: Evidence) -> str:
    """Return the whole card. The same evidence gives the same text."""
    head = yaml.safe_dump(front_matter(found), sort_keys=False, allow_unicode=True, width=10**9)  # a folded line could begin with ---
    return f"---\n{head}---\n\n" + "\n\n".join(part for part in _body(found) if part) + "\n"


def front_matter(found: Evidence) -> dict[str, Json]:
    """Return the head as plain values, as ``huggingface_hub.ModelCardData`` reads them; what is not known is left out."""
    run, base = found.run, found.run.spec.base
    values = {
        "language": languages(found.profile),
        "license": LICENCES.get(base.source),
        "library_name": "transformers",
        "pipeline_tag": run.spec.task,
        "base_model": None if base.source == "folder" else found.base_title,
        "datasets": [found.dataset.source.removeprefix("hub:")] if found.dataset.source.startswith("hub:") else None,
        "metrics": ["accuracy", "f1"],
        "tags": ["fm-commons", *(one_line(tag, 60) for tag in run.tags)],
        "model-index": [{"name": one_line(run.name, 200) or run.id, "results": results(found)}] if found.judged else None,
    }
    return {name: value for name, value in values.items() if value}


def results(found: Evidence) -> list[Json]:
    """Return the judged split's figures in the form of the hub's model index; those without a value are told in the body."""
    judged, dataset = found.judged, found.dataset
    if judged is None:
        return []
    about = {"name": one_line(dataset.name, 200), "type": dataset.id, "split": judged.split, "revision": dataset.fingerprint}
    metrics = [
        {
            "type": KNOWN_TYPES.get(metric.name, metric.name.replace("-", "_")),
            "name": _in_short(metric.name, metric.estimate),
            "value": value,
        }
        for metric in judged.metrics
        if (value := document.fixed(metric.estimate.value)) is not None
    ]
    return [{"task": {"type": found.run.spec.task}, "dataset": about, "metrics": metrics}]


def _in_short(name: str, estimate: Estimate) -> str:
    title = _title(name)
    if estimate.low is None or estimate.high is None:
        return title
    return f"{title} ({estimate.level * 100:g} %: {estimate.low:.4f} – {estimate.high:.4f}, n = {estimate.n})"


def languages(profile: Mapping[str, Any]) -> list[str]:
    """Return the languages that a good part of the data is in, the most frequent first."""
    counts: Mapping[str, int] = profile.get("languages", {}).get("counts", {})
    total = sum(counts.values())
    return [code for code, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n >= OFTEN * total]


def _body(found: Evidence) -> Iterator[str]:
    run, spec = found.run, found.run.spec
    yield f"# {for_markdown(run.name, 200)}"
    yield _summary(found)
    yield for_markdown(run.notes, 2000)
    if spec.stage == "finetune":  # a baseline keeps no model
        yield "## " + _("Use")
        yield USE.format(task=spec.task)
    yield "## " + _("Training data")
    yield _data(found)
    yield "## " + _("Training")
    yield _training(found)
    yield "## " + _("Figures")
    yield from _figures(found)
    yield "## " + _("Audits: groups of people")
    yield from _audits(found)
    yield from _swaps(found)
    yield "## " + _("What this can’t say")
    yield "\n".join(f"- {for_markdown(limit, 900)}" for limit in limits.of(found))
    yield "## " + _("Looks at the test rows")
    yield _looks(found)
    yield "## " + _("Making it again")
    yield "```\n" + "\n".join(document.recompute(run)) + "\n```"
    yield _fingerprints(found)


def _summary(found: Evidence) -> str:
    said = _("{base} fine-tuned on {data} for {task}.") if found.run.spec.stage == "finetune" else _("A {stage} on {data} for {task}.")
    sentence = said.format(
        base=for_markdown(found.base_title),
        stage=for_markdown(found.run.spec.stage),
        data=for_markdown(found.dataset.name, 200),
        task=for_markdown(found.run.spec.task),
    )
    answer, judged = found.answer, found.judged
    if answer is None or answer.value is None or judged is None:
        return sentence
    told = _("On {n} {split} rows the {metric} is **{value}**; with {percent} % confidence it is between {low} and {high}.").format(
        n=words.count(answer.n),
        split=names.split_title(judged.split),
        metric=names.metric_title(found.headline),
        value=words.number(answer.value),
        percent=f"{answer.level * 100:g}",
        low=words.number(answer.low),
        high=words.number(answer.high),
    )
    return f"{sentence} {told}"


def _data(found: Evidence) -> str:
    dataset, counts = found.dataset, found.profile.get("labels", {})
    facts = {
        _("Name"): f"{dataset.name}, {_('version')} {dataset.version}",
        _("Source"): dataset.source,
        _("Languages"): words.languages(found.profile) or None,
        _("Group columns"): ", ".join(dataset.columns.groups) or None,
        _("Fingerprint (sha256)"): dataset.fingerprint,
    }
    lines: list[list[object]] = [[f"**{_('all')}**", *(int(n) for n in dataset.rows.values())]]
    lines += [
        [for_markdown(label, 100), *(int(counts.get(split, {}).get(label, 0)) for split in dataset.rows)]
        for label in dataset.labels
        if counts
    ]
    found_out = [f"- {for_markdown(problem.severity.value)}: {for_markdown(problem.sentence, 500)}" for problem in dataset.problems]
    head = [_("Label"), *(names.start(names.split_title(split)) for split in dataset.rows)]
    return "\n\n".join(part for part in (_list(facts), table(head, lines), "\n".join(found_out)) if part)


def _training(found: Evidence) -> str:
    run, spec = found.run, found.run.spec
    facts = {
        _("Run"): run.id,
        _("By"): run.who,
        _("Ended"): words.moment(run.ended),
        _("Training"): " · ".join(part for part in (words.duration(run.seconds), run.device) if part),
        _("Trained on"): words.trained_on(found) or None,
        _("Steps"): words.count(run.step),
        _("Base model"): found.base_title,
        _("sha256 of its weights"): spec.base.sha256,
        _("Goes on from"): ", ".join(f"{parent.name} ({parent.id})" for parent in found.parents) or None,
        "FM Commons": spec.code_version,
    }
    settings = [[for_markdown(name), for_markdown(words.setting(value), 100)] for name, value in spec.settings.items()]
    return _list(facts) + "\n\n" + table([_("Setting"), _("Value")], settings)


def _figures(found: Evidence) -> Iterator[str]:
    head = [_("Metric"), _("Value"), _("Interval"), "n", _("Interval by")]
    for evaluation in reversed(found.evaluations):
        n = words.count(int(evaluation.confusion.sum()))
        yield "### " + _("On {n} {split} rows").format(n=n, split=names.split_title(evaluation.split))
        yield table(head, [[_title(m.name), *_cells(m.estimate), names.method_title(m.estimate.method)] for m in evaluation.metrics])
        yield _per_class(evaluation)


def _title(name: str) -> str:
    return names.start(names.metric_title(name))


def _per_class(evaluation: Evaluation) -> str:
    lines = [
        [for_markdown(metric.label, 100), _title(metric.name), *_cells(metric.estimate)]
        for metric in evaluation.per_class
        if metric.name in ("precision", "recall", "f1")
    ]
    return table([_("Label"), _("Metric"), _("Value"), _("Interval"), "n"], lines)


def _cells(estimate: Estimate) -> list[object]:
    if estimate.value is None:
        return [for_markdown(estimate.reason or "–", 300), "–", estimate.n]
    return [words.number(estimate.value, 4), words.interval(estimate, 4), estimate.n]


def _audits(found: Evidence) -> Iterator[str]:
    if not found.audits:
        yield _(
            "Nobody has audited these answers yet. Nothing is known about how they differ between groups of people, and that is no pass."
        )
    for audit in found.audits:
        columns = asked_words.grouped_by(audit.spec)
        yield f"### {_('By {columns}').format(columns=for_markdown(columns, 200))} ({audit.id})"
        yield _("{rows}. A difference of at most {points} points was called acceptable before looking.").format(
            rows=words.rows_judged(audit), points=f"{100 * audit.spec.tolerance:g}"
        )
        yield " ".join(for_markdown(sentence, 600) for sentence in audit_summary.headline(audit))
        yield _verdicts(audit, audit.verdicts)
        line = audit_summary.counted_line(audit.four_fifths)
        if line is not None:
            yield f"{for_markdown(line, 400)}\n\n" + _verdicts(audit, audit.four_fifths)
        left = dict.fromkeys(str(one.sentence) for one in audit.left_out)
        yield "\n".join(f"- {_('Left out')}: {for_markdown(sentence, 400)}" for sentence in left)


def _swaps(found: Evidence) -> Iterator[str]:
    if found.swaps:
        yield "## " + _("Swaps: the same said of another person")
    for test in found.swaps:
        yield f"### {for_markdown(words.swaps_title(test.run), 200)} ({test.run.id})"
        said = _("{pairs} swaps of {sentences} sentences. A change of at most {tolerance} was called acceptable before looking.")
        values = {"pairs": words.count(test.found.pairs), "sentences": words.count(test.found.sentences)}
        yield said.format(**values, tolerance=f"{test.found.spec.tolerance:g}") + " " + for_markdown(summary.headline(test.found), 600)
        yield "\n".join(
            f"- **{names.finding_title(one.finding)}** – {for_markdown(one.sentence, 900)} {for_markdown(one.counted, 400)}"
            for one in summary.answers(test.found)
        )
        yield "\n".join(f"- {for_markdown(note, 400)}" for note in test.found.notes)


def _verdicts(audit: Audit, found: Sequence[Verdict]) -> str:
    return "\n".join(_verdict(alike, why) for alike, why in audit_summary.together(audit, found))


def _verdict(alike: Sequence[Verdict], why: Sentence | None) -> str:
    title = names.finding_title(alike[0].verdict)
    about = "; ".join(map(names.question_title, alike))
    said = str(alike[0].sentence if why is None else why)
    fact = f"{for_markdown(alike[0].fact, 600)} " if alike[0].fact is not None else ""
    return f"- **{title}** – {for_markdown(about, 600)}. {fact}{for_markdown(said.removeprefix(f'{title}: '), 1500)}"


def _looks(found: Evidence) -> str:
    lines = [[for_markdown(look.who, 100), words.moment(look.when), for_markdown(look.how, 100)] for look in found.looks]
    sentence = f"{words.looks_sentence(found.looks)} {_(LOOKS_LEFT_OUT)}"
    return "\n\n".join(part for part in (sentence, table([_("Who"), _("When"), _("Where")], lines)) if part)


def _fingerprints(found: Evidence) -> str:
    lines = [
        [words.fingerprint_title(one.what), f"`{one.sha256}`", _("yes") if one.is_recorded else _("not recorded")]
        for one in found.fingerprints
    ]
    return table([_("What"), "sha256", _("Kept since the run")], lines)


def _list(facts: Mapping[str, object]) -> str:
    return "\n".join(f"- **{title}:** {for_markdown(value, 500)}" for title, value in facts.items() if value is not None)
