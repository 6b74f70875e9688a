"""Swap tests: the pairs of texts are made here, answered by a job of their own, and judged again from its file whenever somebody looks.

A swap test is a run of stage ``swaps`` whose parent is the run that answers (:mod:`fmcore.pipeline.swap_job`). It keeps ``pairs.parquet``
(what is asked, before it starts), ``notes.json`` (what was left out) and ``swaps.parquet`` (with the answers); it has no predictions and no
metrics of its own.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import fmcore
from fmcore.errors import DataError, JobError, SettingsError
from fmcore.pipeline import swap_files as files
from fmcore.pipeline.runs import folder, require_done, require_finetuned
from fmcore.records import Run, RunSpec, Status, to_json
from fmcore.settings import get_settings
from fmcore.store import RunQuery, Where, open_store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.audit.lexicon import Lexicon
    from fmcore.audit.swaps import SwapAudit
    from fmcore.audit.swaps.pairs import Pairs

STAGE = "swaps"
_SPOKEN = 0.1  # share of texts in whose script templates are worth asking


class SwapSettings(BaseModel):
    """What a person chooses before looking."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int = Field(2000, title="Pairs", description="Most pairs from the data or a table; drawn by the seed.", ge=20, le=200_000)
    seed: int = Field(0, title="Seed", description="Decides which pairs are drawn.")
    split: Literal["train", "validation", "test"] = Field("test", title="Rows", description="Whose sentences are swapped.")
    in_place: bool = Field(True, title="Own sentences", description="Swap in the sentences of the data.")
    templates: bool = Field(False, title="Templates", description="Ask neutral sentences of ours as well.")
    categories: str = Field("", title="Categories", description="gender, religion …, with commas; empty means all.")
    favourable: str | None = Field(None, title="Favourable answer", description="The answer that people hope for.")
    tolerance: float = Field(0.05, title="Tolerance", description="The most that an answer or a score may change.", gt=0, lt=1)
    minimum: int = Field(20, title="Sentences", description="Different sentences that a pair of groups needs for a verdict.", ge=2)


def start(
    run_id: str,
    settings: SwapSettings | None = None,
    *,
    lexicon: Lexicon | None = None,
    table: pd.DataFrame | None = None,
    before: str | None = None,
    after: str | None = None,
    who: str | None = None,
) -> Run:
    """Return the queued swap test of a run; asked again in the same words, the same one. Nobody works on it yet: see :mod:`fmcore.jobs`.

    ``lexicon`` is a person's own; ``table`` holds pairs that somebody brought, in the columns ``before`` and ``after``.

    Raises:
        JobError: the run is not done or has no model.
        DataError: there is nothing to swap, no such category, or the favourable answer is no label.
    """
    settings = settings or SwapSettings()
    run = require_done(run_id, "swap with")
    require_finetuned(run, "swap with")
    labels = open_store().dataset(run.spec.dataset).labels
    if settings.favourable is not None and settings.favourable not in labels:
        raise DataError(
            "{label} is none of the answers. There are: {known}.", label=settings.favourable[:80], known=", ".join(labels)[:400]
        )
    made = pairs(run, settings, lexicon=lexicon, table=table, before=before, after=after)
    if made.frame.empty:
        said = " ".join(str(note) for note in made.notes)
        raise DataError("No sentence names exactly one group that can be swapped, so there is nothing to ask. {said}", said=said)
    return _submit(run, settings, made, "own table" if table is not None else lexicon.name if lexicon else "built in", who)


def read_settings(values: dict[str, object]) -> SwapSettings:
    """Return settings with these values and defaults elsewhere.

    Raises:
        SettingsError: values out of bounds or unknown.
    """
    try:
        return SwapSettings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']} (found {e['input']!r})" for e in error.errors())
        raise SettingsError("Some settings can't be used: {wrong}.", wrong=wrong) from error


def pairs(
    run: Run,
    settings: SwapSettings,
    *,
    lexicon: Lexicon | None = None,
    table: pd.DataFrame | None = None,
    before: str | None = None,
    after: str | None = None,
) -> Pairs:
    """Return the pairs that a test would ask.

    Raises:
        DataError: no such category; or the table lacks a column or a pair.
    """
    import pandas as pd

    from fmcore.audit import swaps
    from fmcore.audit.lexicon import in_force
    from fmcore.audit.swaps.pairs import Pairs

    lexicons = in_force(lexicon)
    categories = tuple(name.strip() for name in settings.categories.split(",") if name.strip())
    made: list[Pairs] = []
    if table is not None:
        if not before or not after:
            raise DataError("Say which column holds the texts before the swap, and which those after it.")
        made.append(swaps.uploaded(table, before=before, after=after, rows=settings.rows, seed=settings.seed))
    else:
        items, texts = _texts(run, settings.split)
        if settings.in_place:
            made.append(swaps.in_place(texts, items, lexicons=lexicons, categories=categories, rows=settings.rows, seed=settings.seed))
        if settings.templates:
            made.append(swaps.templates(lexicons=_spoken(lexicons, texts), categories=categories, seed=settings.seed))
    if not made:
        raise DataError("Choose own sentences, templates, or both.")
    return Pairs(pd.concat([one.frame for one in made], ignore_index=True), tuple(note for one in made for note in one.notes))


def _texts(run: Run, split: str) -> tuple[list[str], list[str | None]]:
    """Return ids and texts of a split; of items with two texts both, with a break between."""
    from fmcore.audit.swaps.pairs import BREAK
    from fmcore.data import shelf

    dataset = open_store().dataset(run.spec.dataset)
    rows = shelf.rows(dataset.id, split)
    texts = rows[dataset.columns.text]
    if dataset.columns.text_pair is not None:
        texts = texts + BREAK + rows[dataset.columns.text_pair]
    return rows["fmc_id"].tolist(), [text if isinstance(text, str) else None for text in texts]


def _spoken(lexicons: Sequence[Lexicon], texts: Sequence[str | None]) -> list[Lexicon]:
    """Return the lexicons in whose script enough of the texts are; to ask others would test nothing that the model is for."""
    from fmcore.audit.terms import writes

    known = [text for text in texts if text]
    spoken = [lexicon for lexicon in lexicons if sum(writes(text, lexicon.language) for text in known) >= _SPOKEN * max(1, len(known))]
    return spoken or list(lexicons)


def _submit(run: Run, settings: SwapSettings, made: Pairs, words: str, who: str | None) -> Run:
    from fmcore.store.runs import new_id

    store, who = open_store(), who or get_settings().who
    content = files.parquet(made.frame)
    shown = settings.model_dump(mode="json") | {
        "of": run.id,
        "words": words[:200],
        "pairs": len(made.frame),
        "pairs_sha256": files.sha256(made.frame),
    }
    spec = replace(run.spec, stage=STAGE, settings=shown, code_version=fmcore.__version__)
    fresh = new_id()
    files.write(folder(fresh) / files.PAIRS, content)
    files.write_notes(fresh, made.notes)
    name = f"Swaps · {store.dataset(run.spec.dataset).name}"[:200]
    found = store.add_run(spec, name=name, who=who, key=_key(spec), parents=(run.id,), id=fresh)
    if found.id != fresh:
        shutil.rmtree(folder(fresh), ignore_errors=True)
    if found.deleted:
        store.restore_runs([found.id], who)
    if found.status in (Status.FAILED, Status.STOPPED):
        return store.requeue(found.id, who)
    return store.run(found.id)


def _key(spec: RunSpec) -> str:
    what = to_json(replace(spec, code_version=""))
    return "swaps-" + hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:40]


def result(run_id: str, *, who: str | None = None, how: str) -> SwapAudit:
    """Return figures and verdicts of a swap test that is done, from its stored answers. Sentences of the test split: counts a look.

    Raises:
        JobError: it is not done, or is no swap test.
        DataError: its answers are gone or were changed.
    """
    from fmcore.audit.swaps import SwapSpec, judge
    from fmcore.audit.swaps.pairs import BREAK
    from fmcore.pipeline import fingerprints
    from fmcore.training.checkpoints import sha256

    store, run = open_store(), require_done(run_id, "show")
    if run.spec.stage != STAGE:
        raise JobError("{run} is no swap test. Start one of it first.", run=run_id)
    path, recorded = folder(run_id) / files.ANSWERED, store.fingerprints(run_id).get(fingerprints.SWAPS)
    frame = files.read(path, run)
    if recorded is not None and sha256(path) != recorded:
        raise DataError(
            "The answers of {run} in {file} were changed since it ended. Start the swap test again.", run=run_id, file=str(path)
        )
    chosen = dict(run.spec.settings)
    settings = SwapSettings(**{name: chosen[name] for name in SwapSettings.model_fields if name in chosen})
    for side in ("before", "after"):
        frame[side] = frame[side].str.replace(BREAK, " | ")
    spec = SwapSpec(run.parents[0], settings.favourable, settings.tolerance, settings.minimum)
    found = judge(frame, store.dataset(run.spec.dataset).labels, spec, notes=files.notes(run))
    if settings.split == "test" and settings.in_place and chosen.get("words") != "own table":
        store.look(run.parents[0], who=who or get_settings().who, how=how)
    return found


def tests(run_id: str) -> list[Run]:
    """Return the swap tests of a run, newest first, however far they are."""
    return [row.run for row in open_store().runs(RunQuery(where=(Where("setting:of", "=", run_id),), limit=50)).runs]
