"""What a run will cost, asked before it starts: a small process measures a few steps, one at a time, and the answer is kept by content.

``python -m fmcore estimate KEY`` is that process. The page only asks again and again until there is an answer.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from fmcore.errors import FmcoreError, JobError
from fmcore.jobs import launcher
from fmcore.records import Json, RunSpec, Sentence, from_json, say, to_json
from fmcore.settings import get_settings
from fmcore.store import open_store
from fmcore.training.outcome import Forecast

WITHOUT_COST = frozenset(
    (
        "learning_rate",
        "seed",
        "schedule",
        "warmup_share",
        "weight_decay",
        "label_smoothing",
        "class_weights",
        "gradient_clipping",
        "early_stopping_patience",
        "best_metric",
    )
)
"""Settings that change what is learned, not how long it takes."""
WANTED_SECONDS = 15.0
"""A request that nobody asked about for this long is dropped when its turn comes."""


def request(spec: RunSpec) -> str:
    """Return the key under which :func:`result` will have the answer, and see to it that somebody works on it.

    Call it as often as you like.
    """
    key = _key(spec)
    if get_settings().inline_jobs:
        _answer(key, spec)
    elif not _file(key, "result").exists():
        _write(_file(key, "request"), to_json(spec))
        _see_to(key)
    return key


def result(key: str) -> Forecast | None:
    """Return the forecast, or None while it is being made. Who asks again shows that the answer is still wanted.

    Raises:
        JobError: it can't be made; the sentence says why.
    """
    try:
        answer = json.loads(_file(key, "result").read_text(encoding="utf-8"))
    except FileNotFoundError:
        if _file(key, "request").exists():
            _see_to(key)
        return None
    if "error" in answer:
        sentence = from_json(Sentence, answer["error"])
        raise JobError(sentence.template, **sentence.values)
    return Forecast(**answer["forecast"])


def main(key: str) -> int:
    """Answer one request; return 0, or 1 where the answer is an error. Waits for its turn; leaves when nobody asks any more."""
    os.nice(max(0, 5 - os.nice(0)))
    spec = from_json(RunSpec, json.loads(_file(key, "request").read_text(encoding="utf-8")))
    with _locked(_folder() / "turn.lock", fcntl.LOCK_EX):
        if time.time() - _file(key, "request").stat().st_mtime > WANTED_SECONDS:
            return 0
        return _answer(key, spec)


def _answer(key: str, spec: RunSpec) -> int:
    if _file(key, "result").exists():
        return 0
    from fmcore.data import shelf
    from fmcore.finetune import estimate

    try:
        dataset = open_store().dataset(spec.dataset)
        answer: Json = {"forecast": asdict(estimate(spec, dataset, shelf.rows(dataset.id)))}
    except FmcoreError as error:
        answer = {"error": to_json(error.sentence)}
    except Exception as error:  # the page must get an answer; the log gets the rest
        print(traceback.format_exc(), file=sys.stderr)
        answer = {"error": to_json(say("The cost of this run can't be estimated ({kind}).", kind=type(error).__name__))}
    _write(_file(key, "result"), answer)
    return 1 if "error" in answer else 0


def _key(spec: RunSpec) -> str:
    asked = to_json(spec)
    asked["settings"] = {name: value for name, value in spec.settings.items() if name not in WITHOUT_COST}
    here = [platform.node(), os.cpu_count(), get_settings().device]
    return hashlib.sha256(json.dumps([asked, here], sort_keys=True).encode()).hexdigest()[:32]


def _folder() -> Path:
    folder = get_settings().cache() / "estimates"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _file(key: str, kind: str) -> Path:
    if not key.isalnum():
        raise JobError("{key} is not the key of an estimate.", key=key)
    return _folder() / f"{key}.{kind}"


def _see_to(key: str) -> None:
    """Note that the answer is wanted, and start a process for it unless one is at work: it holds the lock on its mark while it lives."""
    os.utime(_file(key, "request"))
    with _locked(_file(key, "mark"), fcntl.LOCK_EX | fcntl.LOCK_NB) as mark:
        if mark is None:
            return
        extra = {"TOKENIZERS_PARALLELISM": "false"}
        if json.loads(_file(key, "request").read_text(encoding="utf-8"))["base"]["source"] != "hub":
            extra["HF_HUB_OFFLINE"] = "1"
        launcher.start(["estimate", key], log=_folder() / "estimate.log", extra=extra, keep=(mark,))


@contextlib.contextmanager
def _locked(path: Path, how: int) -> Iterator[int | None]:
    """Hold a lock on the file; gives its handle, or None where somebody else holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, how)
        except BlockingIOError:
            yield None
        else:
            yield handle
    finally:
        os.close(handle)


def _write(path: Path, value: Json) -> None:
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(value, out)
    os.replace(beside, path)
