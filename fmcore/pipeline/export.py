"""A finished run handed out as a folder that stands by itself, with its model card."""

from __future__ import annotations

from pathlib import Path

from fmcore.errors import FmcoreError
from fmcore.pipeline.report import collect
from fmcore.pipeline.runs import folder, require_done, require_finetuned
from fmcore.settings import get_settings
from fmcore.store import open_store


def export(run_id: str, out: Path, *, who: str | None = None) -> Path:
    """Write the run as a folder that plain ``from_pretrained`` loads, with spec, metrics, predictions and data card; return it.

    The metrics and answers on the test split go with it, so this counts as a look.

    Raises:
        JobError: the run is not done.
        FmcoreError: the folder is taken or can't be written.
    """
    from fmcore.data import shelf
    from fmcore.report import data_card, model_card
    from fmcore.report.export import run_folder

    run, store = require_done(run_id, "export"), open_store()
    require_finetuned(run, "export")
    dataset, home = store.dataset(run.spec.dataset), folder(run_id)
    if not (home / "model").is_dir():
        raise FmcoreError("The model of {run} is not in {folder} any more, so it can't be exported.", run=run_id, folder=str(home))
    card = data_card.markdown(dataset, shelf.profile(dataset.id))
    made = run_folder(
        run,
        metrics=store.metrics(run_id),
        card_markdown=card,
        readme=model_card.card(collect(run_id)),
        model=home / "model",
        predictions=home / "predictions",
        spec=run.spec,
        out=out,
    )
    store.look(run_id, who=who or get_settings().who, how="export")
    return made
