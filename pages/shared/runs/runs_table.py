"""Runs as a table: one line each, with the figures that were asked for; and the settings in which runs differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pandas as pd
import streamlit as st

from fmcore.records import Run, Status
from fmcore.store.records import RunRow
from pages.shared.runs.run_figures import figure_title
from pages.shared.runs.run_status import status_title
from pages.shared.words import _

MARKS = {Status.QUEUED: "○", Status.RUNNING: "▶", Status.STOPPED: "■", Status.FAILED: "✕", Status.DONE: "✓"}
"""Beside the word, so that a column of them can be skimmed; plain characters, since tables draw no icons."""


def table(rows: Iterable[RunRow], columns: Iterable[str], names: Mapping[str, str]) -> pd.DataFrame:
    """Return one line per run: status, name, data, base, the chosen figures, time, tags. ``names``: data set id → what people call it."""
    return pd.DataFrame(
        [
            {
                "open": _("Open"),
                "status": f"{MARKS[row.run.status]} {status_title(row.run.status)}",
                "name": row.run.name,
                "data": names.get(row.run.spec.dataset, row.run.spec.dataset),
                "base": row.run.spec.base.name,
                **{name: row.values.get(name) for name in columns},
                "seconds": row.run.seconds,
                "when": pd.Timestamp(row.run.when),
                "who": row.run.who,
                "tags": list(row.run.tags),
                "id": row.run.id,
            }
            for row in rows
        ]
    )


def config(columns: Iterable[str], on_open: Callable[[list[str]], None], run_ids: list[str]) -> dict:
    """Return how each column is drawn. Cells of st.dataframe show text as text, so names and tags need no escape."""
    column = st.column_config
    drawn = {
        "open": column.ButtonColumn("", width=70, pinned=True, type="tertiary", key="runs-open", on_click=on_open, args=(run_ids,)),
        "status": column.TextColumn(_("Status"), width=105),
        "name": column.TextColumn(_("Name"), width=185),
        "data": column.TextColumn(_("Data"), width=150),
        "base": column.TextColumn(_("Base model"), width=110),
        "seconds": column.NumberColumn(_("Seconds"), format="%.0f", width=80),
        "when": column.DatetimeColumn(_("Started"), format="YYYY-MM-DD HH:mm", width=130),
        "who": column.TextColumn(_("Who"), width=90),
        "tags": column.ListColumn(_("Tags"), width=160),
        "id": column.TextColumn(_("Run"), width=130),
    }
    for name in columns:
        if name.startswith("metric:"):
            drawn[name] = column.NumberColumn(figure_title(name), format="%.4f", width=140)
        else:
            drawn[name] = column.Column(figure_title(name), width=110)
    return drawn


def differing_settings(runs: Iterable[Run], names: Mapping[str, str]) -> pd.DataFrame:
    """Return the settings, data and base that are not the same in all runs: one line per setting, one column per run id."""
    runs = list(runs)
    everything = [
        {
            "data": names.get(run.spec.dataset, run.spec.dataset),
            "base": run.spec.base.name,
            "split seed": run.spec.split_seed,
            "code version": run.spec.code_version,
        }
        | dict(run.spec.settings)
        for run in runs
    ]
    names = list(dict.fromkeys(name for one in everything for name in one))
    lines = [{"setting": name, **{run.id: one.get(name) for run, one in zip(runs, everything, strict=True)}} for name in names]
    return pd.DataFrame([line for line in lines if len({repr(value) for key, value in line.items() if key != "setting"}) > 1])
