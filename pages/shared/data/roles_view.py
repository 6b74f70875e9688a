"""Which column plays which role: the choices, and the roles told in one line. Knows names of columns, not what they mean."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Columns
from pages.shared import address
from pages.shared.data.material import Material
from pages.shared.data.roles_guess import guess
from pages.shared.words import _, plain


def choose(found: Material) -> Columns | None:
    """Return the roles that the person chose; None until there are a text and a label."""
    frame, scope = found.train, found.key
    names, likely = {name: name for name in frame.columns}, guess(frame)
    left, right = st.columns(2)
    with left:
        text = address.select(
            _("Text"), names, "text", default=likely["text"], scope=scope, help=_("What the model reads."), placeholder=_("choose a column")
        )
        pair = address.select(
            _("Second text"),
            names,
            "pair",
            scope=scope,
            help=_("Only for pairs of sentences, such as a question and an answer."),
            placeholder=_("none"),
        )
    with right:
        label = address.select(
            _("Label"),
            names,
            "label",
            default=likely["label"],
            scope=scope,
            help=_("What it should answer."),
            placeholder=_("choose a column"),
        )
        key = address.select(
            _("Id"),
            names,
            "id",
            scope=scope,
            help=_("A name for each row that comes back in every table; must be unique."),
            placeholder=_("numbered for you"),
        )
    groups = address.several(
        _("Groups"),
        names,
        "groups",
        scope=scope,
        help=_(
            "Columns that say whom a row is about, such as an age band. Models never read them; they show how well each group is served."
        ),
        placeholder=_("none"),
    )
    if len(names) == 1:
        only = _("There is only one column, {name}. Add a column with the labels: what the model should answer to each text.")
        st.error(only.format(name=plain(frame.columns[0], 60)), icon=":material/view_column:")
        return None
    if text is None or label is None:
        st.info(_("Say which column holds the text and which the label."), icon=":material/view_column:")
        return None
    return Columns(text=text, label=label, text_pair=pair, groups=tuple(groups), id=key)


def told(columns: Columns) -> str:
    """Return the roles in one line of Markdown."""
    parts = [(_("text"), columns.text), (_("second text"), columns.text_pair), (_("label"), columns.label), (_("id"), columns.id)]
    parts += [(_("split"), columns.split), (_("kept together"), columns.unit), *((_("group"), one) for one in columns.groups)]
    return " · ".join(f"{role} **{plain(name, 60)}**" for role, name in parts if name)
