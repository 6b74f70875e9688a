"""How figures stand on a page. Knows no figure."""

from __future__ import annotations

CHART = {"displayModeBar": False}
"""For ``st.plotly_chart(config=…)``: a tool bar would lie over the title, and a double click resets a zoom without it."""
