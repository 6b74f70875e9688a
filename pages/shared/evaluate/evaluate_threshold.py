"""Where to draw the line between two labels, by what its mistakes cost. Chosen on validation, shown on the rows in view."""

from __future__ import annotations

import math

import streamlit as st

from fmcore.evaluation import thresholds
from fmcore.evaluation.thresholds import Choice, Prices
from fmcore.records import Dataset, Run
from fmcore.report import confidence_figures
from pages.shared import address, address_numbers, amounts
from pages.shared.chart import CHART
from pages.shared.evaluate import confidence_data
from pages.shared.evaluate.evaluate_answer import split_title
from pages.shared.words import _, plain

DEAREST = 1_000_000.0


def draw(run: Run, dataset: Dataset, split: str) -> None:
    """Draw the prices of the two mistakes, the threshold that costs least, and the cost of all others."""
    st.subheader(
        _("Where to draw the line?"), anchor=False, help=_("A label is answered from this score on. The model’s own line lies at 0.5.")
    )
    labels = {label: label for label in dataset.labels}
    places = st.columns(3, vertical_alignment="bottom")
    with places[0]:
        positive = address.select(_("Answer in question"), labels, "positive", default=dataset.labels[-1], scope=run.id)
    with places[1]:
        alarm = address_numbers.number(
            _("A false alarm costs"), 0.0, DEAREST, "alarm", default=1.0, help=_("Given, and it was not so. Any unit.")
        )
    with places[2]:
        miss = address_numbers.number(
            _("A miss costs"), 0.0, DEAREST, "miss", default=1.0, help=_("Not given, and it was so. The same unit.")
        )
    if not alarm and not miss:
        st.info(_("If neither mistake costs anything, any line will do. Give one of them a price."), icon=":material/price_change:")
        return
    prices = Prices(alarm, miss)
    label = positive or dataset.labels[-1]
    chosen = thresholds.best_threshold(confidence_data.threshold_curve(run, "validation", dataset.labels, label), prices)
    curve = confidence_data.threshold_curve(run, split, dataset.labels, label)
    here, usual = (thresholds.choice(curve, line, prices) for line in (chosen.threshold, 0.5))
    st.markdown(sentence(label, here, usual, split))
    st.plotly_chart(confidence_figures.costs(curve, prices, chosen.threshold), key="costs", config=CHART)
    rows = {
        _("Cost per row"): "cost",
        _("False alarms, of those that are not"): "false_alarm_rate",
        _("Misses, of those that are"): "miss_rate",
        _("Right, of those answered so"): "precision",
    }
    lines = [
        {"what": title, "best": amounts.with_interval(getattr(here, name)), "usual": amounts.with_interval(getattr(usual, name))}
        for title, name in rows.items()
    ]
    config = {"what": "", "best": _("At the cheapest line"), "usual": _("At 0.5")}
    st.dataframe(lines, hide_index=True, column_config=config, key="threshold-table")


def sentence(label: str, here: Choice, usual: Choice, split: str) -> str:
    """Return the cheapest line and what it costs here beside the usual one; markdown."""
    if math.isinf(here.threshold):
        text = _(
            "**At these prices it is cheapest never to answer {label}.** On the {split} rows that costs {cost} a row; the usual {usual}."
        )
    else:
        text = _(
            "**Answer {label} from a score of {line} on.** Chosen on validation. On the {split} rows that costs {cost} a row; "
            "the usual line of 0.5 costs {usual}."
        )
    return text.format(
        label=plain(label),
        line=amounts.number(here.threshold),
        split=split_title(split),
        cost=amounts.with_interval(here.cost),
        usual=amounts.number(usual.cost.value),
    )
