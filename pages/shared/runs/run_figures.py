"""Which figures of runs a list may show or sort by, and what people call them. Never one of the test split: it stays sealed in lists."""

from __future__ import annotations

from collections.abc import Iterable

from fmcore.training.settings import FinetuneSettings
from pages.shared.words import _

STANDARD = ("metric:validation/macro-f1", "metric:validation/accuracy", "metric:validation/loss")
SHORT = {
    "mcc": "MCC",
    "kappa": _("Cohen's kappa"),
    "brier": _("Brier score"),
    "roc-auc": "ROC-AUC",
    "pr-auc": "PR-AUC",
    "ece": _("calibration error (ECE)"),
}


def figure_names(known: Iterable[str]) -> list[str]:
    """Return the figures that a list may show or sort by: validation metrics, then settings; never the test split.

    Example:
        >>> figure_names(["metric:test/accuracy", "metric:validation/loss", "setting:seed"])[:2]
        ['metric:validation/macro-f1', 'metric:validation/accuracy']
    """
    known = list(known)
    metrics = [name for name in known if name.startswith("metric:validation/")]
    form = {f"setting:{name}": place for place, name in enumerate(FinetuneSettings.model_fields)}
    settings = sorted((name for name in known if name.startswith("setting:")), key=lambda name: form.get(name, len(form)))
    return list(dict.fromkeys([*STANDARD, *metrics, *settings]))


def figure_title(name: str) -> str:
    """Return what people call a figure.

    Example:
        >>> figure_title("metric:validation/macro-f1"), figure_title("setting:learning_rate"), figure_title("when")
        ('Validation macro-F1', 'Learning rate', 'Newest')
    """
    if name.startswith("metric:"):
        split, metric = name.removeprefix("metric:").split("/", 1)
        return f"{split.capitalize()} {metric_title(metric)}"
    if name.startswith("setting:"):
        field = FinetuneSettings.model_fields.get(name.removeprefix("setting:"))
        return field.title if field and field.title else name.removeprefix("setting:")
    return {"when": _("Newest"), "name": _("Name"), "seconds": _("Training time"), "status": _("Status")}.get(name, name)


def metric_title(name: str) -> str:
    """Return a metric's name as the field writes it.

    Example:
        >>> metric_title("macro-f1"), metric_title("balanced-accuracy")
        ('macro-F1', 'balanced accuracy')
    """
    if name in SHORT:
        return SHORT[name]
    if name in ("precision", "recall", "f1"):
        return name.upper() if name == "f1" else name
    head, _dash, tail = name.partition("-")
    if head in ("macro", "micro", "weighted"):
        return f"{head}-{metric_title(tail)}"
    return name.replace("-", " ")
