"""Training on several GPUs at once: the same run, in as many processes as there are GPUs, started by torchrun.

The caller stays one process: it hands rows and spec over in files, reads what the first process says line by line, and passes a stop
request on as a file. Torch-free on the caller's side. Tried with two processes on a CPU (``FMCORE_PROCESSES=2``); no GPUs were at hand.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore import errors
from fmcore.records import Dataset, Progress, RunSpec, Sentence, from_json, to_json
from fmcore.training.outcome import Outcome

if TYPE_CHECKING:
    import pandas as pd

STOP, TASK, ROWS = "stop", "task.json", "rows.parquet"
SECONDS = 0.5
WORKER = "fmcore.finetune"
"""What torchrun starts in each process; it hands its own function to :func:`work`."""


def processes(device: str) -> int:
    """Return how many processes this run should have: one per GPU, 1 on a CPU, 1 inside such a process."""
    if "RANK" in os.environ:
        return 1
    if device == "cpu":
        return int(os.environ.get("FMCORE_PROCESSES", 1))  # for trying this out
    import torch

    return max(1, torch.cuda.device_count())


def is_first() -> bool:
    """Return whether this is the only process of the run, or the one of several that writes and tells."""
    return os.environ.get("RANK", "0") == "0"


def am_one_of_several() -> bool:
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def train(
    count: int,
    spec: RunSpec,
    *,
    dataset: Dataset,
    frame: pd.DataFrame,
    folder: Path,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    log: Callable[[str], None],
    say: Callable[[Sentence], None],
) -> Outcome:
    """Return what :func:`fmcore.finetune.finetune` returns, after running it in ``count`` processes.

    Raises:
        FmcoreError: the one that the first process raised.
        TrainingError: the processes ended without a word.
    """
    place = folder / "several"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    frame.to_parquet(place / ROWS)
    (place / TASK).write_text(json.dumps({"spec": to_json(spec), "dataset": to_json(dataset), "folder": str(folder)}), encoding="utf-8")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}", "-m", WORKER, str(place)]
    heard: dict[str, Any] = {}
    over = threading.Event()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        threading.Thread(target=_pass_on_stop, args=(place / STOP, should_stop, over), daemon=True).start()
        try:
            for line in process.stdout or ():
                _hear(line, heard, report=report, log=log, say=say)
        finally:
            over.set()
            if process.poll() is None and "outcome" not in heard and "error" not in heard:
                process.terminate()
    shutil.rmtree(place, ignore_errors=True)
    if "error" in heard:
        raise getattr(errors, heard["error"]["kind"])(heard["error"]["template"], **heard["error"]["values"])
    if "outcome" not in heard:
        code = process.returncode
        raise errors.TrainingError("Training in {count} processes ended without a result (exit {code}).", count=count, code=code)
    outcome = from_json(Outcome, heard["outcome"])
    return Outcome(**{**vars(outcome), "model": Path(outcome.model) if outcome.model else None})


def _hear(line: str, heard: dict[str, Any], *, report: Any, log: Any, say: Any) -> None:
    try:
        kind, value = json.loads(line)
    except ValueError:  # a library wrote to standard output
        log(line.rstrip())
        return
    if kind == "progress":
        report(from_json(Progress, value))
    elif kind == "say":
        say(from_json(Sentence, value))
    elif kind == "log":
        log(value)
    else:
        heard[kind] = value


def _pass_on_stop(path: Path, should_stop: Callable[[], bool], over: threading.Event) -> None:
    while not over.wait(SECONDS):
        if should_stop():
            path.touch()
            return


def work(finetune: Callable[..., Outcome]) -> None:
    """Be one of the processes: do the run, and tell of it when this is the first one."""
    import pandas as pd

    place = Path(sys.argv[1])
    task = json.loads((place / TASK).read_text(encoding="utf-8"))

    def tell(kind: str, value: Any) -> None:
        if is_first() or kind == "error":
            print(json.dumps([kind, to_json(value)]), flush=True)

    try:
        outcome = finetune(
            from_json(RunSpec, task["spec"]), dataset=from_json(Dataset, task["dataset"]), frame=pd.read_parquet(place / ROWS),
            folder=Path(task["folder"]), report=lambda progress: tell("progress", progress), should_stop=(place / STOP).exists,
            log=lambda line: tell("log", line), say=lambda words: tell("say", words),
        )  # fmt: skip
    except errors.FmcoreError as error:
        values: Mapping[str, Any] = error.sentence.values
        tell("error", {"kind": type(error).__name__, "template": error.sentence.template, "values": values})
        raise SystemExit(1) from error
    tell("outcome", {**to_json(outcome), "model": str(outcome.model) if outcome.model else None})
