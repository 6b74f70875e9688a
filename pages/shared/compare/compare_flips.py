"""Which rows two runs answer differently, with their text. Reads stored answers and rows; computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from fmcore.evaluation.compare import Comparison
from fmcore.records import Dataset, Run
from pages.shared import address
from pages.shared.evaluate import evaluate_data, items_rows
from pages.shared.words import _, plain


def draw(found: Comparison, runs: Sequence[Run], names: Mapping[str, str], dataset: Dataset, split: str) -> None:
    """Draw the choice of a pair, how its rows flipped in a sentence, and the rows."""
    options = {run.id: names[run.id] for run in runs}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = address.select(_("First run"), options, "first", default=runs[0].id, width=320) or runs[0].id
        second = address.select(_("Second run"), options, "second", default=runs[1].id, width=320) or runs[1].id
    if first == second:
        st.info(_("Choose two different runs."), icon=":material/touch_app:")
        return
    flips = found.flipped(first, second)
    counts = flips["change"].value_counts()
    kinds = {
        "all": _("All ({n})").format(n=f"{len(flips):,}"),
        "won": _("Only the first right ({n})").format(n=f"{counts.get('won', 0):,}"),
        "lost": _("Only the second right ({n})").format(n=f"{counts.get('lost', 0):,}"),
        "other": _("Both wrong, differently ({n})").format(n=f"{counts.get('other', 0):,}"),
    }
    st.markdown(
        _("**{flips}** of {n} rows are answered differently by {first} and {second}.").format(
            flips=f"{len(flips):,}", n=f"{found.n:,}", first=plain(names[first]), second=plain(names[second])
        )
    )
    kind = address.segmented(_("Which rows"), kinds, "flip", default="all", label_visibility="collapsed")
    left = flips if kind == "all" else flips[flips["change"] == kind]
    if left.empty:
        st.info(_("No row of this kind."), icon=":material/check:")
        return
    columns = list(items_rows.texts(dataset))
    texts = evaluate_data.rows(dataset, split)[columns]
    shown = left.join(texts, on="id")[["target", first, second, *columns, "id"]]
    column = st.column_config
    config = {
        "target": column.TextColumn(_("True label"), width=120),
        first: column.TextColumn(names[first], width=150),
        second: column.TextColumn(names[second], width=150),
        "id": column.TextColumn(_("Row"), width=100),
        **{name: column.TextColumn(width=520) for name in columns},
    }
    st.dataframe(shown, hide_index=True, height="content" if len(shown) < 12 else 460, column_config=config, key="compare-flips", lazy=True)
