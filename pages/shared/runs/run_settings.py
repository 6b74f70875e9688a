"""What a run was asked to do: its settings beside the defaults, its tags and notes, and where its files lie."""

from __future__ import annotations

import streamlit as st
from pydantic import BaseModel

from fmcore.pipeline.runs import folder
from fmcore.records import Run
from fmcore.training.settings import FinetuneSettings
from pages.shared import amounts
from pages.shared.words import _, in_badge, plain


def draw(run: Run) -> None:
    """Draw the settings, those that differ from the defaults first, and what people wrote about the run."""
    if run.tags:
        with st.container(horizontal=True):
            for tag in run.tags:
                st.badge(in_badge(tag), color="gray")
    if run.notes:
        st.text(run.notes)
    fields = _settings_model(run).model_fields
    lines = [
        {
            "setting": fields[name].title if name in fields else name,
            "value": amounts.short(value),
            "default": amounts.short(fields[name].default) if name in fields and not fields[name].is_required() else None,
        }
        for name, value in run.spec.settings.items()
    ]
    lines.sort(key=lambda line: line["value"] == line["default"])
    column = st.column_config
    config = {
        "setting": column.TextColumn(_("Setting")),
        "value": column.TextColumn(_("Value")),
        "default": column.TextColumn(_("Default")),
    }
    st.dataframe(lines, hide_index=True, height="content", column_config=config, key="run-settings")
    if (files := folder(run.id)).is_dir():
        st.caption(_("Its files lie in"))
        st.code(str(files), language=None, wrap_lines=True)
    st.caption(
        _("Run {run} · code {version} · data {data}").format(run=run.id, version=plain(run.spec.code_version), data=run.spec.dataset)
    )


def _settings_model(run: Run) -> type[BaseModel]:
    if run.spec.stage != "baseline":
        return FinetuneSettings
    from fmcore.evaluation.baselines import BaselineSettings  # loads pandas, which other runs' pages need not wait for

    return BaselineSettings
