"""Which colour something keeps on every page. Knows no figure."""

from __future__ import annotations

from collections.abc import Sequence

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C", "#B8A800")
"""Told apart by the colour-blind, on white and on dark alike. M. Okabe and K. Ito, "Color universal design" (2008); black and yellow,
which vanish on one of the two, replaced by grey and olive."""

PALE_TO_STRONG = {False: ("#F1F6FA", "#9CC6E3", "#0072B2", "#053A5C"), True: ("#16242B", "#0F4A70", "#2A8FCB", "#B5E0FB")}
"""Dark theme? → colours from none to all: the strongest stands out most on either background."""


def colour_of(name: str, names: Sequence[str]) -> str:
    """Return the colour of a name by its place among all names; after eight they come again. An unknown name is grey.

    Example:
        >>> colour_of("b", ["a", "b"])
        '#E69F00'
    """
    return PALETTE[list(names).index(name) % len(PALETTE)] if name in names else PALETTE[6]
