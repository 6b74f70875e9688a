"""A file of texts, in any format that data can be added in: one place to upload it, and each run's answers as a table and a download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from fmcore import inference
from fmcore.records import Run
from pages.shared import address, file_pick, state
from pages.shared.data import material, reading_view
from pages.shared.guard import guard
from pages.shared.playground import try_int8, try_runs
from pages.shared.words import _, plain, shorten

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 5_000
AT_ONCE = 250
"""Texts of one question: enough for a full batch, few enough that the bar moves."""


def draw(runs: Mapping[str, Run], *, pairs: bool, level: float) -> None:
    """Draw the place for the file and, once there is one, the answers of each run."""
    upload = file_pick.pick("batch", _("File with texts"), forget=("column", "second"))
    if upload is None:
        st.caption(_("CSV, TSV, JSON, JSON lines, Parquet or Excel. The first row names the columns. It stays on this machine."))
        return
    reading = reading_view.ask(upload)
    frame = material.from_files({"train": upload}, **reading).train
    columns = _columns(frame, upload, pairs=pairs)
    if columns is None:
        return
    if len(frame) > MOST_ROWS:
        said = _("The file has {n} rows; the page answers the first {most}. For all of them: {command}")
        command = f"`python -m fmcore predict {next(iter(runs.values())).id} FILE --text COLUMN -o OUT.csv`"
        st.info(said.format(n=f"{len(frame):,}", most=f"{MOST_ROWS:,}", command=command), icon=":material/terminal:")
    wants_int8 = try_int8.ask()
    for name, run in runs.items():
        with guard():
            if len(runs) > 1:
                st.subheader(plain(name), anchor=False)
            int8, is_pair = wants_int8 and try_int8.is_fit(run), try_runs.reads_pairs(run, state.store())
            found = _answers(run.id, upload, columns[: 1 + is_pair], repr(reading), int8, frame.head(MOST_ROWS))
            _show(found, run.id, columns, level)


def _columns(frame: pd.DataFrame, upload: str, *, pairs: bool) -> tuple[str, ...] | None:
    names = [str(name) for name in frame.columns]
    if not names or not len(frame):
        st.info(_("The file holds no rows."), icon=":material/table_rows:")
        return None
    options = {name: shorten(name, 60) for name in names}  # no Markdown: a select box shows text as it is
    usual = next((name for name in names if name.lower() in ("text", "message", "sentence", "review")), names[0])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = address.select(_("Column with the text"), options, "column", default=usual, scope=upload, width=260)
        if not pairs:
            return (first or usual,)
        second = address.select(_("Column with the second text"), options, "second", default=names[-1], scope=upload, width=260)
    return (first or usual, second or names[-1])


@st.cache_resource(max_entries=8, show_spinner=False)
def _answers(run_id: str, upload: str, columns: tuple[str, ...], reading: str, int8: bool, _frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with answer, confidence and scores; rows without a text get none. Made once per run, file and way of reading it."""
    texts = _frame[list(columns)].astype(object).where(_frame[list(columns)].notna(), "").astype(str).to_numpy().tolist()
    wanted = [place for place, parts in enumerate(texts) if all(part.strip() for part in parts)]
    made: dict[int, inference.Answered] = {}
    with st.empty():
        for start in range(0, len(wanted), AT_ONCE):
            st.progress(start / len(wanted), text=_("Answered {n} of {of}").format(n=f"{start:,}", of=f"{len(wanted):,}"))
            part = wanted[start : start + AT_ONCE]
            asked = [tuple(texts[place]) if len(columns) > 1 else texts[place][0] for place in part]
            made |= dict(zip(part, inference.answer(run_id, asked, int8=int8), strict=True))
        st.write("")
    return _joined(_frame, made)


def _joined(frame: pd.DataFrame, made: dict[int, inference.Answered]) -> pd.DataFrame:
    labels = list(next(iter(made.values())).scores) if made else []
    rows = [made.get(place) for place in range(len(frame))]
    answers = {"answer": [one and one.label for one in rows], "confidence": [one and one.confidence for one in rows]}
    answers |= {f"p_{label}": [one and one.scores[label] for one in rows] for label in labels}
    return frame.reset_index(drop=True).drop(columns=list(answers), errors="ignore").assign(**answers)


def _show(found: pd.DataFrame, key: str, columns: tuple[str, ...], level: float) -> None:
    from fmcore.data.export import spreadsheet_safe

    answered = found["answer"].notna()
    unsure = answered & (found["confidence"].astype(float) < level)
    found = found.assign(person=unsure.map({True: "✓", False: ""}))
    said = _("**{n}** of {of} rows have an answer; **{unsure}** of them I’d rather leave to a person.")
    st.markdown(said.format(n=f"{int(answered.sum()):,}", of=f"{len(found):,}", unsure=f"{int(unsure.sum()):,}"))
    column = st.column_config
    config = {
        "answer": column.TextColumn(_("Answer"), width=105),
        "confidence": column.ProgressColumn(_("Confidence"), min_value=0.0, max_value=1.0, format="%.2f", width=95),
        "person": column.TextColumn(_("Person?"), width=65, alignment="center"),
        **{one: column.TextColumn(width=420) for one in columns},
    }
    shown = found[["answer", "confidence", "person", *columns]].fillna({"answer": "", **dict.fromkeys(columns, "")})
    st.dataframe(shown, hide_index=True, height="content" if len(found) <= 10 else 380, column_config=config, key=f"batch-{key}")
    csv = spreadsheet_safe(found).to_csv(index=False).encode("utf-8-sig")  # with the mark, spreadsheets read it as UTF-8
    st.download_button(
        _("Download as CSV"), csv, "answers.csv", "text/csv", on_click="ignore", icon=":material/download:", key=f"csv-{key}"
    )
