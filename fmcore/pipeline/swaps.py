"""Swap tests: the pairs of texts are made here, answered by a job of their own, and judged again from its file whenever somebody looks.

A swap test is a run of stage ``swaps`` whose parent is the run that answers (:mod:`fmcore.pipeline.swap_job`). It keeps ``pairs.parquet``
(what is asked, before it starts), ``notes.json`` (what was left out) and ``swaps.parquet`` (with the answers); it has no predictions and no
metrics of its own. What came out: :mod:`fmcore.pipeline.swap_results`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import fmcore
from fmcore.errors import DataError
from fmcore.pipeline import fingerprints
from fmcore.pipeline import swap_files as files
from fmcore.pipeline.runs import folder, on_its_way, require_done, require_finetuned
from fmcore.pipeline.swap_results import is_whole, result, tests
from fmcore.pipeline.swap_settings import BUILT_IN, OWN_TABLE, STAGE, SwapSettings, read_settings
from fmcore.records import Run, RunSpec, Status, to_json
from fmcore.settings import get_settings
from fmcore.store import open_store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.audit.lexicon import Lexicon
    from fmcore.audit.swaps.pairs import Pairs

__all__ = ["STAGE", "SwapSettings", "check", "pairs", "preview", "read_settings", "result", "start", "tests"]

_PREVIEWED = 2000  # texts that a preview is made of
_SPOKEN = 0.1  # share of texts in whose script templates are worth asking


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
        JobError: the run is not done or has no model of its own.
        ModelError: its model is gone, or is not the one that was trained.
        DataError: there is nothing to swap, no such category, or the favourable answer is no label.
    """
    settings = settings or SwapSettings()
    run = check(run_id)
    labels = open_store().dataset(run.spec.dataset).labels
    if settings.favourable is not None and settings.favourable not in labels:
        raise DataError(
            "{label} is none of the answers. There are: {known}.", label=settings.favourable[:80], known=", ".join(labels)[:400]
        )
    fingerprints.whole_model(run_id)  # before a test is announced that could never end
    made = pairs(run, settings, lexicon=lexicon, table=table, before=before, after=after)
    if made.frame.empty:
        said = " ".join(str(note) for note in made.notes)
        raise DataError("No sentence names exactly one group that can be swapped, so there is nothing to ask. {said}", said=said)
    words = OWN_TABLE if table is not None else f"lexicon {lexicon.name}" if lexicon else BUILT_IN
    return _submit(run, settings, made, words, who)


def check(run_id: str) -> Run:
    """Return the run when it can be asked: done, and with a model of its own.

    Raises:
        JobError: it can't; the sentence says what to use instead.
    """
    run = require_done(run_id, "swap with")
    require_finetuned(run, "swap with")
    return run


def preview(run: Run, settings: SwapSettings, *, count: int, draw: int = 0, **made_of: Any) -> tuple[Pairs, int]:
    """Return so many of the pairs that a test would ask, each from another pair of groups as far as there are; and how many were found.

    ``draw`` gives others; ``made_of`` as in :func:`pairs`. Sentences of the sealed test split stay unread: those of validation stand for
    them. Looks at the first 2,000 sentences only.

    Raises:
        DataError: as :func:`pairs`.
    """
    from fmcore.audit.swaps.pairs import Pairs, spread

    shown = settings.model_copy(update={"split": "validation" if settings.split == "test" else settings.split, "rows": 200_000})
    found = pairs(run, shown, most_texts=_PREVIEWED, **made_of)
    return Pairs(spread(found.frame, count, draw), found.notes), len(found.frame)


def pairs(
    run: Run,
    settings: SwapSettings,
    *,
    lexicon: Lexicon | None = None,
    table: pd.DataFrame | None = None,
    before: str | None = None,
    after: str | None = None,
    most_texts: int | None = None,
) -> Pairs:
    """Return the pairs that a test would ask; ``most_texts``: of the first sentences only.

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
        items, texts = (column[:most_texts] for column in _texts(run, settings.split))
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
        files.NOTES_SHA256: hashlib.sha256(files.note_bytes(made.notes)).hexdigest(),
    }
    spec = replace(run.spec, stage=STAGE, settings=shown, code_version=fmcore.__version__)
    fresh = new_id()
    files.write(folder(fresh) / files.PAIRS, content)
    files.write_notes(fresh, made.notes)
    name = f"Swaps · {store.dataset(run.spec.dataset).name}"[:200]
    key = _key(spec)
    while (old := store.run_of_key(key)) is not None and old.status is Status.DONE and not is_whole(old):
        key += "+"  # the same test once more, beside the one whose answers were lost or changed
    found = store.add_run(spec, name=name, who=who, key=key, parents=(run.id,), id=fresh)
    if found.id != fresh:
        shutil.rmtree(folder(fresh), ignore_errors=True)
    return on_its_way(found, who)


def _key(spec: RunSpec) -> str:
    what = to_json(replace(spec, code_version=""))
    return "swaps-" + hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:40]
