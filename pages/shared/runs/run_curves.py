"""How runs learn: loss and figures over the steps, side by side."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Progress
from pages.shared.words import _

CURVES = (
    ("loss", ("train_loss", "validation_loss")),
    ("figures", ("validation_macro-f1", "validation_accuracy")),
)


def draw(progress_by_run: dict[str, list[Progress]], key: str) -> None:
    """Draw loss and figures over the steps, side by side; say so where nothing was reported yet."""
    if not any(progress_by_run.values()):
        st.caption(_("The curves appear with the first step."))
        return
    from fmcore.report import figures  # loads pandas and plotly: a second that a page without curves need not wait

    titles = {"loss": _("Loss"), "figures": _("Figures on the validation rows")}
    for place, (kind, names) in zip(st.columns(2), CURVES, strict=True):
        known = [name for name in names if any(name in point.values for points in progress_by_run.values() for point in points)]
        if known:
            place.plotly_chart(figures.curves(progress_by_run, known, titles[kind]), key=f"{key}-{kind}", config={"displayModeBar": False})
        else:
            place.caption(_("{title}: after the first evaluation.").format(title=titles[kind]))
