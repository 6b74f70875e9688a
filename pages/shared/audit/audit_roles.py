"""Which column of anybody's table is the target, which the answer, the score, the id: guessed by name, chosen by the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from pages.shared import address
from pages.shared.words import _, plain

if TYPE_CHECKING:
    import pandas as pd

ROLES = ("target", "answer", "score", "id")
TARGETS = ("target", "y_true", "truth", "true_label", "actual", "gold", "label", "outcome", "two_year_recid", "y")
ANSWERS = ("answer", "prediction", "predicted", "y_pred", "pred", "decision", "output", "predicted_label")
SCORES = ("score", "probability", "prob", "proba", "confidence", "y_score", "p")
IDS = ("id", "fmc_id", "row_id", "case_id", "person_id")


@dataclass(frozen=True)
class Roles:
    """Which column is which."""

    target: str
    answer: str
    score: str | None = None
    id: str | None = None
    scored: str | None = None
    """The answer that a high score speaks for; None: the one that 1, true or yes stand for."""


def choose(frame: pd.DataFrame, scope: str) -> Roles | None:
    """Draw the four choices and return them; None until targets and answers are told apart."""
    names, likely = {str(name): str(name) for name in frame.columns}, guess(frame)
    titles = {"target": _("Target"), "answer": _("Answer"), "score": _("Score"), "id": _("Id")}
    helps = {
        "target": _("What was right in the end."),
        "answer": _("What the system said."),
        "score": _("How sure the system was. Columns called p_ and a label, one per label, are found without being named."),
        "id": _("Only needed to match a table of groups."),
    }
    chosen = {}
    for place, role in zip(st.columns(4), ROLES, strict=True):
        with place:
            empty = _("choose a column") if role in ("target", "answer") else _("none")
            more = {"default": likely[role], "scope": scope, "help": helps[role], "placeholder": empty}
            chosen[role] = address.select(titles[role], names, role, **more)
    guessed = [(titles[role], chosen[role]) for role in ROLES if chosen[role] and chosen[role] == likely[role]]
    if guessed:
        named = ", ".join(f"{title} “{plain(name, 60)}”" for title, name in guessed)
        text = _("Guessed from the columns’ names: {named}. Choose another where that is wrong.")
        st.caption(":material/auto_awesome: " + text.format(named=named))
    if not chosen["target"] or not chosen["answer"]:
        st.info(_("Say which column holds the targets and which the answers."), icon=":material/view_column:")
        return None
    if chosen["target"] == chosen["answer"]:
        text = _("Target and answer are the same column, so every answer would be right. Choose another one.")
        st.info(text, icon=":material/view_column:")
        return None
    return Roles(**chosen)


def asked(frame: pd.DataFrame) -> Roles | None:
    """Return what the address says was chosen; None where that is not enough."""
    likely, told = guess(frame), st.query_params
    chosen = {role: told[role] if told.get(role) in frame.columns else likely[role] for role in ROLES}
    if not chosen["target"] or not chosen["answer"] or chosen["target"] == chosen["answer"]:
        return None
    return Roles(**chosen, scored=told.get("scored") if chosen["score"] else None)


def guess(frame: pd.DataFrame) -> dict[str, str | None]:
    """Return the most likely column of each role by its name, None where nothing speaks for one.

    Example:
        >>> import pandas as pd
        >>> guess(pd.DataFrame(columns=["label", "pred_high", "sex"]))
        {'target': 'label', 'answer': 'pred_high', 'score': None, 'id': None}
    """
    names = [str(name) for name in frame.columns]
    target = _named(names, TARGETS)
    rest = [name for name in names if name != target]
    answer = _named(rest, ANSWERS) or next((name for name in rest if name.casefold().startswith(("pred", "answer"))), None)
    rest = [name for name in rest if name != answer]
    return {"target": target, "answer": answer, "score": _named(rest, SCORES), "id": _named(rest, IDS)}


def _named(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    folded = {name.casefold().strip(): name for name in reversed(names)}
    return next((folded[one] for one in wanted if one in folded), None)
