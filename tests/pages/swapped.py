"""Swap tests that are done, written by hand: what pages and reports about them stand on."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pandas as pd

from fmcore.pipeline import fingerprints, runs
from fmcore.pipeline import swap_files as files
from fmcore.pipeline.swap_settings import SwapSettings
from fmcore.records import Sentence, Status, say
from fmcore.store import LoggedRun, NewRun, Store
from fmcore.training.checkpoints import sha256


def answered(labels: tuple[str, ...], *, sentences: int = 40, flips: int = 10, word: str = "") -> pd.DataFrame:
    """Return pairs about women and men whose first ``flips`` sentences turn from the second label to the first: by 0.6, else by 0.01."""
    rows = []
    for n in range(sentences):
        after = 0.2 if n < flips else 0.79
        scores = {
            f"before_p_{labels[0]}": 0.2,
            f"before_p_{labels[1]}": 0.8,
            f"after_p_{labels[0]}": 1 - after,
            f"after_p_{labels[1]}": after,
        }
        texts = {"item": f"s{n}", "before": f"She lost card {n}. {word}", "after": f"He lost card {n}. {word}"}
        rows.append({**texts, "category": "gender", "from": "women", "to": "men", **scores})
    return pd.DataFrame(rows)


def test_of(
    store: Store,
    run_id: str,
    frame: pd.DataFrame,
    *,
    words: str = "built in",
    notes: tuple[Sentence, ...] = (say("A note."),),
    **chosen: object,
) -> str:
    """Return the id of a done swap test of this run with these answers."""
    settings = SwapSettings(**chosen).model_dump(mode="json")
    shown = settings | {"of": run_id, "words": words, "pairs": len(frame), "pairs_sha256": files.sha256(frame[list(files.TEXTS)])}
    shown[files.NOTES_SHA256] = hashlib.sha256(files.note_bytes(notes)).hexdigest()
    of = replace(store.run(run_id).spec, stage="swaps", settings=shown)
    key = f"key-{run_id}-{words}-{sorted(chosen.items())}"
    [made] = store.log_runs([LoggedRun(NewRun(of, "Swaps · rows", "tester", key, (run_id,)), (), (), Status.DONE, 1.0)])
    path = runs.folder(made) / files.ANSWERED
    files.write(path, files.parquet(frame))
    files.write_notes(made, notes)
    store.put_fingerprints(made, {fingerprints.SPEC: fingerprints.of_spec(of), files.FINGERPRINT: sha256(path)})
    return made
