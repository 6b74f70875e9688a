"""How far to believe the words: the verdict first, then what hiding them does, how stable they are, and what other methods say."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore.explain.records import Trust
from fmcore.pipeline import explain
from fmcore.records import Estimate, Run
from fmcore.report import explain_figures
from fmcore.store import Store
from pages.shared import address, amounts
from pages.shared.chart import CHART
from pages.shared.explain import explain_ask
from pages.shared.explain.explain_words import choose
from pages.shared.words import _, plain

Text = str | tuple[str, str]
ICONS = {
    "supported": ("green", ":material/check_circle:", _("supported")),
    "weak": ("orange", ":material/help:", _("weak")),
    "no-better-than-random": ("red", ":material/cancel:", _("no better than random")),
    "unknown": ("gray", ":material/pending:", _("too little to tell")),
}
ROWS = 20


def draw(run: Run, text: Text, store: Store) -> None:
    """Draw how far the method can be believed for this text, or over many rows."""
    over = {"text": _("This text"), "rows": _("{n} validation rows").format(n=ROWS)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method, label = choose(store.dataset(run.spec.dataset))
        which = address.segmented(_("Judged over"), over, "over", default="text")
    texts, label = ([text], label) if which == "text" else (_rows(run), None)
    if not texts:
        st.info(_("This data set has no validation rows to judge the method over."), icon=":material/info:")
        return
    found = explain_ask.trust(run, texts, method, label)
    colour, icon, title = ICONS[found.verdict]
    st.badge(title, color=colour, icon=icon)
    st.markdown("**" + plain(str(found.sentence)) + "**")
    if found.verdict != "unknown":
        st.plotly_chart(explain_figures.erased(found), key="explain-erased", config=CHART)
    st.dataframe(table(found), hide_index=True, key="explain-trust", column_config=COLUMNS, placeholder="–")
    st.caption(
        _(
            "The verdict rests on hiding words alone: two methods can agree and both be wrong, and one that never changes is stable. "
            "It says whether these words move the answer, not whether the answer is right."
        )
    )


COLUMNS = {
    "what": st.column_config.TextColumn(_("What"), width=245),
    "value": st.column_config.NumberColumn(_("Value"), format="%+.3f", width=75),
    "interval": st.column_config.TextColumn(_("95 % interval"), width=125),
    "n": st.column_config.NumberColumn(_("n"), width=50, help=_("Random draws, changed texts, words or texts that the figure rests on.")),
    "chance": st.column_config.NumberColumn(_("Chance"), format="%.3f", width=75, help=_("To do as well with random words.")),
    "note": st.column_config.TextColumn(_("Note"), width=330),
}


def table(found: Trust) -> pd.DataFrame:
    """Return every figure as a line of a table."""
    whats = {
        "comprehensiveness": _("Words hidden, over random words"),
        "sufficiency": _("Words kept alone, over random ones"),
    }
    rows = [_line(whats[one.kind], one.gain, chance=one.p_value) for one in found.erased]
    rows.append(_line(_("Stability, one word less"), found.stability, note=_("rank correlation of the scores before and after")))
    for (one, other), estimate in zip(found.agreement, found.agreements, strict=True):
        both = _("{one}, {other}").format(one=explain_ask.METHODS[one], other=explain_ask.METHODS[other])
        rows.append(_line(both, estimate, note=_("agreement: rank correlation of the two methods")))
    return pd.DataFrame(rows)


def _line(what: str, estimate: Estimate, *, chance: float | None = None, note: str = "") -> dict[str, object]:
    known = estimate.value is not None
    return {
        "what": what,
        "value": estimate.value,
        "interval": amounts.interval(estimate) if known else None,
        "n": estimate.n,
        "chance": chance,
        "note": note if known else str(estimate.reason),
    }


def _rows(run: Run) -> list[Text]:
    cells = explain.texts_of(run, "validation")["fmc_texts"].tolist()[:ROWS]
    return [one[0] if len(one) == 1 else tuple(one) for one in cells]
