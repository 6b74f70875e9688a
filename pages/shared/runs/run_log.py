"""The end of a job's log, as text: what a run said last, without the codes of terminals."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from fmcore.records import Run
from fmcore.settings import get_settings
from pages.shared.words import _

COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # terminals' colours and cursor moves, which a log may hold


def tail(path: Path, lines: int = 60, most_bytes: int = 64_000) -> str:
    """Return the last lines of a job's log without terminal codes; empty where there is no log yet."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - most_bytes))
        text = file.read().decode("utf-8", errors="replace")
    # A progress bar rewrites its line with carriage returns: only what stood there last counts.
    rows = [COLOURS.sub("", row).rstrip("\r").rsplit("\r", 1)[-1] for row in text.split("\n")]
    return "\n".join([row for row in rows if row.strip()][-lines:])


def draw(run: Run, *, expanded: bool = False) -> None:
    """Draw the end of the job's log as text."""
    said = tail(get_settings().runs() / run.id / "job.log")
    key = f"run-log-{run.status}"  # each status its own: else the log of a run that fails stays closed, as it was while it ran
    with st.expander(_("Log"), expanded=expanded, icon=":material/terminal:", key=key):
        st.code(said or _("Nothing yet."), language=None, height=320 if said.count("\n") > 12 else "content", wrap_lines=True)
