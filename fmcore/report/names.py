"""What metrics, measures and verdicts are called in a report, and what they mean in a few words. Computes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from fmcore.audit.naming import named, stratum
from fmcore.audit.records import Finding, Verdict
from fmcore.language import gettext as _

_ABBREVIATIONS = {"f1": "F1", "mcc": "MCC", "roc": "ROC", "pr": "PR", "auc": "AUC", "ece": "ECE", "bpsn": "BPSN", "bnsp": "BNSP"}


def metric_title(name: str) -> str:
    """Return a metric's id in words.

    Example:
        >>> metric_title("macro-f1"), metric_title("roc-auc"), metric_title("balanced-accuracy")
        ('macro-F1', 'ROC-AUC', 'balanced accuracy')
    """
    words = [_ABBREVIATIONS.get(word, word) for word in name.split("-")]
    title = words[0]
    for before, word in zip(words, words[1:], strict=False):
        title += ("-" if word in ("F1", "AUC") and before in ("macro", "micro", "weighted", "ROC", "PR") else " ") + word
    return title


def start(words: str) -> str:
    """Return the words with a capital first letter and the rest as it is."""
    return words[:1].upper() + words[1:]


def pair_title(question: Verdict) -> str:
    """Return the group that a question is about and the reference; "" where it is about any two groups."""
    if not question.pair:
        return ""
    group, reference = map(named, question.pair)
    return _("{group} beside {reference}").format(group=group, reference=reference)


def by_title(columns: Sequence[str]) -> str:
    """Return what a grouping is called: its column, or the columns that are combined.

    Example:
        >>> by_title(["sex", "race"])
        'sex × race'
    """
    return " × ".join(columns)


def question_title(question: Verdict) -> str:
    """Return a question of an audit in words, as every page, file and command calls it; not escaped."""
    told = _("{measure} by {columns}").format(measure=start(measure_title(question.measure, question.label)), columns=by_title(question.by))
    if question.pair:
        told = _("{question}: {pair}").format(question=told, pair=pair_title(question))
    return _("{question}, within {stratum}").format(question=told, stratum=stratum(question.within)) if question.within else told


def measure_title(measure: str, label: str | None = None) -> str:
    """Return a measure of the audit in words, with the answer that it is about.

    Example:
        >>> measure_title("tpr", "refund")
        'true positive rate (refund)'
    """
    titles = {
        "selection-rate": _("selection rate"),
        "tpr": _("true positive rate"),
        "fpr": _("false positive rate"),
        "fnr": _("false negative rate"),
        "ppv": _("precision"),
        "auc": _("AUC"),
        "ece": _("calibration error"),
        "equalized-odds": _("equalized odds"),
    }
    title = titles.get(measure, metric_title(measure))
    return title if label is None else _("{measure} ({label})").format(measure=title, label=label)


def meaning(name: str) -> str:
    """Return what a metric says in a few words, or nothing where its name says it all."""
    return {
        "accuracy": _("share of rows that were answered rightly"),
        "balanced-accuracy": _("mean of the labels' recall: every label counts alike"),
        "macro-f1": _("mean of the labels' F1: every label counts alike"),
        "micro-f1": _("with one label per row the same as accuracy"),
        "weighted-f1": _("mean of the labels' F1, weighed by their rows"),
        "mcc": _("agreement of answers and labels, −1 to 1; 0 is chance"),
        "kappa": _("agreement beyond chance; 1 is perfect"),
        "cohen-kappa": _("agreement beyond chance; 1 is perfect"),
        "loss": _("mean surprise at the right label in nats; 0 is perfect"),
        "log-loss": _("mean surprise at the right label in nats; 0 is perfect"),
        "brier": _("mean squared error of the probabilities; 0 is perfect"),
        "roc-auc": _("how often a row of the label scores above one without; 0.5 is chance"),
        "pr-auc": _("precision over all thresholds; rare labels score low"),
        "ece": _("how far confidence is from being right; 0 is perfect"),
    }.get(name, "")


def method_title(method: str) -> str:
    """Return how an interval was made, as statisticians write it."""
    return {"wilson": "Wilson", "t": "Student’s t", "mover": "MOVER", "normal": _("normal")}.get(method, method)


def finding_title(finding: Finding) -> str:
    return {Finding.PASS: _("Pass"), Finding.FAIL: _("Fail"), Finding.UNCERTAIN: _("Not enough evidence")}[finding]


def split_title(split: str) -> str:
    return {"train": _("training"), "validation": _("validation"), "test": _("test")}.get(split, split)
