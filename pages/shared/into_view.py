"""Brings what was just opened into view: on a phone it begins below the fold, and nobody would see that anything happened."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from pages.shared import component

SCRIPT = """
export default function ({ data, parentElement }) {
  const end = parentElement.querySelector(".end");
  if (!end || end.dataset.seen === data) return;
  end.dataset.seen = data;  // a rerun while somebody reads or types moves nothing
  requestAnimationFrame(() => end.scrollIntoView({ block: "nearest" }));
}
"""


@functools.cache
def _component() -> Callable[..., Any]:
    return component.made("fmcommons.into-view", html='<div class="end"></div>', css=".end { height: 1px }", js=SCRIPT)


def end(mark: str, key: str) -> None:
    """Stand at the end of what was opened, and scroll as little as brings that end into view, once per ``mark``."""
    _component()(data=mark, key=key)
