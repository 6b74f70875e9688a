"""A run handed over as one ZIP file: the folder that from_pretrained loads, made when it is asked for."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from fmcore.pipeline import export
from fmcore.records import Run, Status
from fmcore.settings import get_settings
from pages.shared import state
from pages.shared.words import _


def download(run: Run | None, type: str = "secondary") -> None:
    """Draw the button that hands over the run's folder as one ZIP file, made when it is asked for; disabled where there is nothing yet."""
    ready = run is not None and run.status is Status.DONE
    st.download_button(
        _("Export"),
        exported(run.id, state.who()) if run and ready else "",
        f"{run.id if run else 'run'}.zip",
        "application/zip",
        on_click="ignore",
        icon=":material/folder_zip:",
        type=type,
        disabled=not ready,
        key="run-export",
        help=_(
            "A folder that from_pretrained loads, with spec, metrics, predictions and data card. "
            "The test figures go with it, so this counts as an opening of the test split."
        ),
    )


def exported(run_id: str, who: str) -> Callable[[], bytes]:
    """Return what makes the ZIP file: stored, not deflated, since weights don't shrink. ``who`` is recorded with the look at test."""

    def make() -> bytes:
        cache = get_settings().cache()
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="export-", dir=cache) as place:
            folder = export.export(run_id, Path(place) / run_id, who=who)
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
                for path in sorted(folder.rglob("*")):
                    if path.is_file():
                        archive.write(path, Path(run_id) / path.relative_to(folder))
            return out.getvalue()

    return make
