"""What the figures of an evaluation are called and what they mean, in plain words. Computes and draws nothing."""

from __future__ import annotations

from pages.shared.runs.run_figures import metric_title
from pages.shared.words import _

OF_ANSWERS = ("macro-f1", "accuracy", "balanced-accuracy", "macro-precision", "macro-recall", "weighted-precision", "weighted-f1")
AGREEMENT = ("mcc", "kappa")
OF_SCORES = ("roc-auc", "pr-auc", "top-2", "top-3", "top-5")
LOWER_IS_BETTER = ("brier", "ece")


def title(name: str) -> str:
    """Return a metric's name with a capital first letter.

    Example:
        >>> title("macro-f1"), title("ece")
        ('Macro-F1', 'Calibration error (ECE)')
    """
    words = metric_title(name)
    return words[:1].upper() + words[1:]


def meaning(name: str) -> str:
    """Return what a metric tells in plain words; empty for one that is not known."""
    if name.startswith("top-"):
        return _("How often the true label is among the {n} likeliest ones.").format(n=name.removeprefix("top-"))
    return {
        "accuracy": _("Of 100 rows, how many were answered rightly (as a share, 0 to 1)."),
        "balanced-accuracy": _("The same, but every label counts alike, however rare it is."),
        "macro-f1": _("F1 of each label, averaged so that rare labels count as much as frequent ones. 1 is perfect."),
        "macro-precision": _("Precision of each label, averaged: when the model names a label, how often it is right."),
        "macro-recall": _("Recall of each label, averaged: of the rows that have a label, how many are found."),
        "micro-precision": _("With one label per row the same as accuracy."),
        "micro-recall": _("With one label per row the same as accuracy."),
        "micro-f1": _("With one label per row the same as accuracy."),
        "weighted-recall": _("With one label per row the same as accuracy."),
        "weighted-precision": _("Precision of each label, averaged by how many rows have it."),
        "weighted-f1": _("F1 of each label, averaged by how many rows have it."),
        "mcc": _("Matthews correlation of answers and true labels: 1 is perfect, 0 is guessing, below 0 is worse than guessing."),
        "kappa": _("Agreement with the true labels beyond what chance alone would give: 1 is perfect, 0 is chance."),
        "loss": _("Log-loss: how surprised the model is by the true labels, in nats. 0 is perfect; being sure and wrong costs most."),
        "brier": _("Squared distance between the probabilities and the truth, 0 to 2. Lower is better."),
        "roc-auc": _(
            "How often a row of a label gets a higher score for it than a row of another label. 0.5 is guessing, 1 is perfect; "
            "with more than two labels each against the rest, averaged."
        ),
        "pr-auc": _("Average precision over all thresholds, each label against the rest. Guessing gives the share of the label."),
        "ece": _("How far confidence and truth lie apart: 0.05 means that it is off by 5 of 100 on average. Lower is better."),
        "precision": _("When the model names this label, how often it is right."),
        "recall": _("Of the rows that have this label, how many the model finds."),
        "f1": _("Precision and recall in one figure (harmonic mean); low when either is low."),
    }.get(name, "")


def method(name: str) -> str:
    """Return how an interval was made, in words.

    Example:
        >>> method("wilson")
        'Wilson'
    """
    return {"wilson": "Wilson", "t": "Student’s t", "mover": "MOVER", "none": "–"}.get(name, name)
