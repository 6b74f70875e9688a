from __future__ import annotations

import gettext as standard
from pathlib import Path

import pytest

from fmcore import language
from fmcore.records import say


def test_texts_stay_as_they_are_where_nobody_translated_them() -> None:
    assert language.gettext("Pass") == "Pass"
    assert [language.ngettext("{n} row", "{n} rows", n) for n in (1, 2)] == ["{n} row", "{n} rows"]


def test_the_catalogue_is_looked_for_once_however_many_texts_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    find = standard.find
    monkeypatch.setattr(standard, "find", lambda *asked, **more: looked.append(str(asked)) or find(*asked, **more))
    language._catalogue.cache_clear()
    for n in range(50):
        str(say("Row {n} is empty.", n=n))
    assert len(looked) == 1


def test_no_module_asks_the_standard_library_for_texts() -> None:
    root = Path(__file__).resolve().parent.parent
    for path in [*root.glob("fmcore/**/*.py"), *root.glob("pages/**/*.py")]:
        text = path.read_text(encoding="utf-8")
        assert path.name == "language.py" or not ("from gettext import" in text or "\nimport gettext" in text), path
