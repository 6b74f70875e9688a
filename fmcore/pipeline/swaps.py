"""Swap tests: the pairs of texts are made here, answered by a job of their own, and judged again from its file whenever somebody looks.

A swap test is a run of stage ``swaps`` whose parent is the run that answers. It keeps ``pairs.parquet`` (what is asked, before it starts),
``notes.json`` (what was left out) and ``swaps.parquet`` (with the answers); it has no predictions and no metrics of its own.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import fmcore
from fmcore.errors import DataError, JobError, ModelError, SettingsError
from fmcore.files import write_bytes
from fmcore.pipeline.runs import folder, require_done, require_finetuned, settings_of
from fmcore.records import Run, RunSpec, Sentence, Status, from_json, say, to_json
from fmcore.settings import get_settings
from fmcore.store import RunQuery, Store, Where, open_store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.audit.lexicon import Lexicon
    from fmcore.audit.swaps import SwapAudit
    from fmcore.audit.swaps.pairs import Pairs

STAGE = "swaps"
PAIRS, NOTES, ANSWERED = "pairs.parquet", "notes.json", "swaps.parquet"
AT_ONCE = 2048
"""Texts answered between two looks at whether to stop."""
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
    content = _parquet(made.frame)
    shown = settings.model_dump(mode="json") | {
        "of": run.id,
        "words": words[:200],
        "pairs": len(made.frame),
        "pairs_sha256": hashlib.sha256(made.frame.to_csv(index=False).encode("utf-8", "surrogatepass")).hexdigest(),
    }
    spec = replace(run.spec, stage=STAGE, settings=shown, code_version=fmcore.__version__)
    fresh = new_id()
    _write(folder(fresh) / PAIRS, content)
    _write(folder(fresh) / NOTES, json.dumps(to_json(made.notes)).encode())
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


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    cleaned = frame.map(lambda cell: cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell)  # lone surrogates
    cleaned.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    try:
        write_bytes(path, content)
    except OSError as error:
        raise DataError("{file} can't be written: {reason}.", file=str(path), reason=error.strerror or type(error).__name__) from error


def answer(
    run: Run,
    store: Store,
    *,
    should_stop: Callable[[], bool],
    watch: Callable[[int, int], None],
    tell: Callable[[Sentence], None],
    token: int | None = None,
) -> bool:
    """Let the parent's model answer the pairs of a swap test and write them down; return False when asked to stop. Loads torch.

    ``watch`` hears how many portions of texts are done, and of how many.

    Raises:
        DataError: the pairs are gone or are not those that were planned.
        ModelError: the model is gone.
    """
    from fmcore.pipeline import fingerprints
    from fmcore.training.checkpoints import sha256

    frame = _planned(run)
    tell(say("Answering the sentences before and after each swap."))
    unique = list(dict.fromkeys([*frame["before"], *frame["after"]]))
    portions = [unique[start : start + AT_ONCE] for start in range(0, len(unique), AT_ONCE)]
    watch(0, len(portions))
    scores: dict[str, Sequence[float]] = {}
    for done, portion in enumerate(portions, 1):
        if should_stop():
            return False
        scores.update(zip(portion, _probabilities(run, store, portion), strict=True))
        watch(done, len(portions))
    path = folder(run.id) / ANSWERED
    _write(path, _parquet(_with_scores(frame, scores, store.dataset(run.spec.dataset).labels)))
    store.put_fingerprints(run.id, {fingerprints.SPEC: fingerprints.of_spec(run.spec), fingerprints.SWAPS: sha256(path)}, token=token)
    return True


def _planned(run: Run) -> pd.DataFrame:
    frame = _read(folder(run.id) / PAIRS, run)
    found = hashlib.sha256(frame.to_csv(index=False).encode("utf-8", "surrogatepass")).hexdigest()
    if found != run.spec.settings.get("pairs_sha256"):
        raise DataError("The pairs of {run} are not those that it was planned with. Start the swap test again.", run=run.id)
    return frame


def _read(path: Path, run: Run) -> pd.DataFrame:
    import pandas as pd
    import pyarrow

    try:
        return pd.read_parquet(path).astype({name: object for name in ("item", "before", "after", "category", "from", "to")})
    except (OSError, KeyError, ValueError, pyarrow.ArrowException) as error:
        raise DataError("The file {file} of {run} is gone or damaged. Start the swap test again.", file=path.name, run=run.id) from error


def _probabilities(run: Run, store: Store, texts: list[str]) -> Iterable[Sequence[float]]:
    import pandas as pd

    from fmcore.audit.swaps.pairs import BREAK
    from fmcore.evaluation.predict import predict_rows

    parent, dataset = store.run(run.parents[0]), store.dataset(run.spec.dataset)
    model = folder(parent.id) / "model"
    if not model.is_dir():
        raise ModelError("The model of {run} is not in {folder} any more.", run=parent.id, folder=str(model))
    columns = dataset.columns
    halves = [text.partition(BREAK) for text in texts]
    rows = pd.DataFrame({columns.text: [half[0] for half in halves]}, dtype=object)
    if columns.text_pair is not None:
        rows[columns.text_pair] = [half[2] for half in halves]
    return predict_rows(
        model,
        rows,
        columns=columns,
        labels=dataset.labels,
        task=run.spec.task,
        device=settings_of(parent).device,
        settings=settings_of(parent),
    ).tolist()


def _with_scores(frame: pd.DataFrame, scores: dict[str, Sequence[float]], labels: Sequence[str]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    columns = {}
    for side in ("before", "after"):
        table = np.array([scores[text] for text in frame[side]], float).reshape(len(frame), len(labels))
        columns |= {f"{side}_p_{label}": table[:, place] for place, label in enumerate(labels)}
    return pd.concat([frame, pd.DataFrame(columns)], axis=1)


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
    path, recorded = folder(run_id) / ANSWERED, store.fingerprints(run_id).get(fingerprints.SWAPS)
    frame = _read(path, run)
    if recorded is not None and sha256(path) != recorded:
        raise DataError(
            "The answers of {run} in {file} were changed since it ended. Start the swap test again.", run=run_id, file=str(path)
        )
    chosen = dict(run.spec.settings)
    settings = SwapSettings(**{name: chosen[name] for name in SwapSettings.model_fields if name in chosen})
    for side in ("before", "after"):
        frame[side] = frame[side].str.replace(BREAK, " | ")
    spec = SwapSpec(run.parents[0], settings.favourable, settings.tolerance, settings.minimum)
    found = judge(frame, store.dataset(run.spec.dataset).labels, spec, notes=_notes(run))
    if settings.split == "test" and settings.in_place and chosen.get("words") != "own table":
        store.look(run.parents[0], who=who or get_settings().who, how=how)
    return found


def _notes(run: Run) -> tuple[Sentence, ...]:
    try:
        return tuple(from_json(Sentence, note) for note in json.loads((folder(run.id) / NOTES).read_bytes()))
    except (OSError, ValueError, TypeError, AttributeError):
        return (say("What was left out of this test is not known any more: its file {file} is gone or damaged.", file=NOTES),)


def tests(run_id: str) -> list[Run]:
    """Return the swap tests of a run, newest first, however far they are."""
    return [row.run for row in open_store().runs(RunQuery(where=(Where("setting:of", "=", run_id),), limit=50)).runs]
