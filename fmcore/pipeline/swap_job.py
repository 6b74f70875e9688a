"""The job of a swap test: the parent's model answers the texts before and after each swap. Loads torch, and only while it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from fmcore.errors import DataError
from fmcore.pipeline import fingerprints
from fmcore.pipeline import swap_files as files
from fmcore.pipeline.runs import folder, settings_of
from fmcore.records import Run, Sentence, say
from fmcore.store import Store

if TYPE_CHECKING:
    import pandas as pd

FEWEST, MOST, PORTIONS = 256, 4096, 20
"""Texts answered between two looks at whether to stop: about so many portions, since each loads the model anew."""


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
    from fmcore.training.checkpoints import sha256

    frame = _planned(run)
    tell(say("Answering the sentences before and after each swap."))
    unique = list(dict.fromkeys([*frame["before"], *frame["after"]]))
    at_once = min(MOST, max(FEWEST, -(-len(unique) // PORTIONS)))
    portions = [unique[start : start + at_once] for start in range(0, len(unique), at_once)]
    watch(0, len(portions))
    scores: dict[str, Sequence[float]] = {}
    for done, portion in enumerate(portions, 1):
        if should_stop():
            return False
        scores.update(zip(portion, _probabilities(run, store, portion), strict=True))
        watch(done, len(portions))
    path = folder(run.id) / files.ANSWERED
    files.write(path, files.parquet(_with_scores(frame, scores, store.dataset(run.spec.dataset).labels)))
    store.put_fingerprints(run.id, {fingerprints.SPEC: fingerprints.of_spec(run.spec), files.FINGERPRINT: sha256(path)}, token=token)
    return True


def _planned(run: Run) -> pd.DataFrame:
    frame = files.read(folder(run.id) / files.PAIRS, run)
    if files.sha256(frame) != run.spec.settings.get("pairs_sha256"):
        raise DataError("The pairs of {run} are not those that it was planned with. Start the swap test again.", run=run.id)
    return frame


def _probabilities(run: Run, store: Store, texts: list[str]) -> Iterable[Sequence[float]]:
    import pandas as pd

    from fmcore.audit.swaps.pairs import BREAK
    from fmcore.evaluation.predict import predict_rows

    parent, dataset = store.run(run.parents[0]), store.dataset(run.spec.dataset)
    model = fingerprints.whole_model(parent.id)
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
