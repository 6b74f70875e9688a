"""Which column plays which role: a guess to start from, and the choices. Knows names and lengths of cells, not what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.records import Columns
from pages.shared import address
from pages.shared.data.material import PARTS, Material, Wish
from pages.shared.data.source_view import own_files
from pages.shared.words import _, plain

if TYPE_CHECKING:
    import pandas as pd

TEXT_NAMES = ("text", "sentence", "message", "review", "content", "note", "body", "comment", "question", "premise")
LABEL_NAMES = ("label", "class", "category", "intent", "target", "sentiment", "level", "decision", "topic", "y")
SPLIT_NAMES = ("split", "fold", "part", "subset", "partition")
GUESS_ROWS = 500


def guess(frame: pd.DataFrame) -> dict[str, str | None]:
    """Return the most likely text, label and split column; None where nothing speaks for one.

    Example:
        >>> import pandas as pd
        >>> guess(pd.DataFrame({"label": ["a", "b"], "text": ["a long text", "another one"]}))
        {'text': 'text', 'label': 'label', 'split': None}
    """
    head = frame.head(GUESS_ROWS)
    names = list(frame.columns)
    letters = {name: head[name].dropna().str.len().mean() for name in names}
    values = {name: head[name].nunique() for name in names}
    text = _named(names, TEXT_NAMES) or max(names, key=lambda name: letters[name] if letters[name] == letters[name] else 0, default=None)
    rest = [name for name in names if name != text]
    split = next((n for n in rest if n.casefold() in SPLIT_NAMES and values[n] <= 4), None)
    few = [name for name in rest if name != split and 2 <= values[name] <= max(20, len(head) // 10)]
    label = _named([n for n in rest if n != split], LABEL_NAMES) or (min(few, key=values.__getitem__) if few else None)
    return {"text": text, "label": label, "split": split}


def _named(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    plain_names = {name.casefold().strip(): name for name in reversed(names)}
    return next((plain_names[one] for one in wanted if one in plain_names), None)


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


def split(found: Material, columns: Columns) -> tuple[Material, Wish]:
    """Return what to make the data set of, and how: the tables that count, the roles, and how the split comes about."""
    column, is_public = guess(found.train)["split"], found.source.startswith("hub:")
    ways = {"draw": _("Draw them"), "column": _("A column says so"), "files": _("As published") if is_public else _("Own files")}
    default = "files" if is_public and len(found.tables) > 1 else "column" if column else "draw"
    way = address.segmented(_("Where do the validation and test rows come from?"), ways, "way", default=default)
    if way == "files" and not is_public:
        own_files()
    if way != "files":
        found = found.only_train()
    roles = {"text": columns.text, "label": columns.label, "text_pair": columns.text_pair, "groups": columns.groups, "id": columns.id}
    if way == "column":
        return found, Wish(Columns(**roles, split=_column(found, column)))
    if len(found.tables) == len(PARTS):
        return found, Wish(Columns(**roles))
    return found, _drawn(found, roles)


def _column(found: Material, likely: str | None) -> str | None:
    help = _("Its cells say train, validation or test.")
    names = {name: name for name in found.train.columns}
    return address.select(_("Split column"), names, "split", default=likely, scope=found.key, help=help, placeholder=_("choose a column"))


def _drawn(found: Material, roles: dict) -> Wish:
    names = {name: name for name in found.train.columns}
    help = _("Rows that share a value here, such as a person or a source, stay on one side of the split. Equal texts always do.")
    nothing = _("nothing more than equal texts")
    unit = address.select(_("Keep together"), names, "unit", scope=found.key, help=help, placeholder=nothing)
    given, places = set(found.tables), iter(st.columns(3))
    validation, test = 10, 20
    why = (_("To choose the best moment of a run."), _("Sealed, to judge the result."), _("The same seed draws the same rows."))
    if "validation" not in given:
        validation = next(places).number_input(_("Validation (percent)"), 1, 45, 10, key="validation", bind="query-params", help=why[0])
    if "test" not in given:
        test = next(places).number_input(_("Test (percent)"), 1, 45, 20, key="test", bind="query-params", help=why[1])
    seed = next(places).number_input(_("Seed"), 0, 2**31 - 1, 0, key="seed", bind="query-params", help=why[2])
    return Wish(Columns(**roles, unit=unit), int(seed), validation / 100, test / 100)


def told(columns: Columns) -> str:
    """Return the roles in one line of Markdown."""
    parts = [(_("text"), columns.text), (_("second text"), columns.text_pair), (_("label"), columns.label), (_("id"), columns.id)]
    parts += [(_("split"), columns.split), (_("kept together"), columns.unit), *((_("group"), one) for one in columns.groups)]
    return " · ".join(f"{role} **{plain(name, 60)}**" for role, name in parts if name)
