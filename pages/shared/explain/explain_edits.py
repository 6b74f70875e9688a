"""The smallest edits that turn an answer, and a way to put them into the data set with their true label. Computes nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore.explain.records import Counterfactual, Edit
from fmcore.pipeline import explain
from fmcore.records import Dataset, Run
from fmcore.store import Store
from pages.shared import address, state
from pages.shared.explain import explain_ask
from pages.shared.places import go
from pages.shared.words import _, ngettext, plain

Text = str | tuple[str, str]


def draw(run: Run, text: Text, store: Store) -> None:
    """Draw the edits that turn the answer, fewest first."""
    dataset = store.dataset(run.spec.dataset)
    labels = {label: label for label in dataset.labels}
    wanted = address.select(_("Turn it into"), labels, "wanted", default=None, placeholder=_("any other answer"), width=240)
    found = explain_ask.edits(run, text, wanted)
    st.markdown("**" + plain(str(found.sentence)) + "**")
    told = _("{n} edited texts were answered by the model: every word taken out, the strongest ones exchanged, groups of people swapped.")
    st.caption(told.format(n=found.tried))
    if not found.found:
        return
    frame = pd.DataFrame(
        {
            "edits": [", ".join(edit(one) for one in each.edits) for each in found.found],
            "answer": [each.answer for each in found.found],
            "probability": [each.probability for each in found.found],
            "text": [" ¦ ".join(each.texts) for each in found.found],
        }
    )
    config = {
        "edits": st.column_config.TextColumn(_("Edit"), width=190),
        "answer": st.column_config.TextColumn(_("Answer now"), width=110),
        "probability": st.column_config.NumberColumn(_("Probability"), format="%.3f", width=95),
        "text": st.column_config.TextColumn(_("Edited text"), width=700),
    }
    chosen = st.dataframe(frame, hide_index=True, column_config=config, key="explain-edits", on_select="rerun", selection_mode="multi-row")[
        "selection"
    ]["rows"]
    picked = [found.found[n] for n in chosen if n < len(found.found)]
    row = explain.held_out(dataset, found.of.texts)
    if picked and row is not None:
        st.warning(_held_out(row[0]), icon=":material/content_copy:")
    _add(dataset, picked, (row and row[1]) or found.of.answer, found.of.texts)


def _held_out(split: str) -> str:
    if split == "test":
        return _(
            "This text is a test row. With its edits among the training rows, test figures of the next model look better than they are."
        )
    return _(
        "This text is a validation row. With its edits among the training rows, validation figures of the next model look better than they "
        "are; the test rows are not touched."
    )


def edit(one: Edit) -> str:
    """Return an edit in a few signs.

    Example:
        >>> edit(Edit("swap", "good", "bad")), edit(Edit("deletion", "not", ""))
        ('good → bad', '− not')
    """
    return f"{one.before} → {one.after}" if one.after else f"− {one.before}"


def _add(dataset: Dataset, chosen: list[Counterfactual], likely: str, texts: tuple[str, ...]) -> None:
    """Draw the button that makes a new version of the data set with the chosen texts, whose ``likely`` label is chosen at first.

    ``texts`` are those before the edits: others start from their own label, not from what a person chose for these.
    """
    st.markdown(
        _("**Into the data set.** Choose edited texts above, say what their true label is, and a new version of the data gets them.")
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = dataset.labels.index(likely) if likely in dataset.labels else 0
        key = f"explain-true-label-{likely}-{texts}"
        label = st.selectbox(_("True label of the edited texts"), list(dataset.labels), place, key=key, width=260)
        n = len(chosen)
        text = (
            ngettext("Add {n} text to the training rows", "Add {n} texts to the training rows", n).format(n=n)
            if n
            else _("Add the chosen texts")
        )
        pressed = st.button(text, icon=":material/playlist_add:", type="primary", disabled=not chosen, key="explain-add")
    if pressed:
        made = explain.add_rows(dataset.id, [(one.texts, str(label)) for one in chosen], who=state.who())
        state.say_next(_("{name} has a new version, {version}.").format(name=plain(made.name), version=made.version))
        go("data", data=made.id)
