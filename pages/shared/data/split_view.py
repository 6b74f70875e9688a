"""Where the validation and test rows come from: drawn, told by a column, or in files of their own."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Columns
from pages.shared import address, file_pick
from pages.shared.data.making import Wish
from pages.shared.data.material import PARTS, Material
from pages.shared.data.roles_guess import guess
from pages.shared.words import _


def choose(found: Material, columns: Columns) -> tuple[Material, Wish]:
    """Return what to make the data set of, and how: the tables that count, the roles, and how the split comes about."""
    column, is_public = guess(found.train)["split"], found.source.startswith("hub:")
    ways = {"draw": _("Draw them"), "column": _("A column says so"), "files": _("As published") if is_public else _("Own files")}
    default = "files" if is_public and len(found.tables) > 1 else "column" if column else "draw"
    way = address.segmented(_("Where do the validation and test rows come from?"), ways, "way", default=default)
    if way == "files" and not is_public:
        _own_files()
    if way != "files":
        found = found.only_train()
    roles = {"text": columns.text, "label": columns.label, "text_pair": columns.text_pair, "groups": columns.groups, "id": columns.id}
    if way == "column":
        return found, Wish(Columns(**roles, split=_column(found, column)))
    if len(found.tables) == len(PARTS):
        return found, Wish(Columns(**roles))
    return found, _drawn(found, roles)


def _own_files() -> None:
    """Draw the places for files that hold the validation and the test rows."""
    left, right = st.columns(2)
    with left:
        file_pick.pick("validation", _("Validation file"))
    with right:
        file_pick.pick("test", _("Test file"))
    st.caption(_("With the same columns and the same encoding. A part without a file is drawn from the first file."))


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
