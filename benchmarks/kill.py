"""Kill the job process with signal 9 at random moments: is a run lost, and is the result still the same, bit for bit?

    python benchmarks/kill.py [--times 20] [--base embedded] [--seed 0]

Trains one run undisturbed, then as many again, each killed once at a random moment of its life (start, training, evaluation,
checkpoint, answering the test rows), and never helps. Runs in a home folder of its own, which is removed at the end.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
WAIT_SECONDS = 600.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20, help="kills; default: %(default)s")
    parser.add_argument("--base", default="embedded", help="embedded or a folder; default: %(default)s")
    parser.add_argument("--rows", type=int, default=240, help="rows of the data set; default: %(default)s")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fmcore-kill-") as home:
        os.environ.update(FMCORE_HOME=home, FMCORE_CHECKPOINT_SECONDS="1", FMCORE_OFFLINE="1")
        lost, different, moments = measure(args)
        (Path(home) / "supervisor.lock").unlink(missing_ok=True)  # its supervisor leaves when it sees this
        time.sleep(1)
    found = {"kills": len(moments), "lost_runs": lost, "runs_with_another_result": different, "moments": moments}
    print(json.dumps(found, indent=2))
    return 1 if lost or different else 0


def measure(args: argparse.Namespace) -> tuple[int, int, list[dict[str, object]]]:
    """Return lost runs, runs with another curve or other weights, and where each kill struck."""
    from fmcore.store import open_store

    spec, store = plan(args), open_store()
    began = time.monotonic()
    reference = wait(store, submit(spec, "undisturbed"))
    lifetime, wanted = time.monotonic() - began, result(store, reference)
    print(f"undisturbed: {lifetime:.1f} s, {len(wanted[0])} steps", file=sys.stderr)
    chance, lost, different, moments = random.Random(args.seed), 0, 0, []
    for number in range(args.times):
        run_id = submit(spec, f"killed-{number}")
        moment = kill(store, run_id, chance.uniform(0, lifetime))
        status = wait(store, run_id)
        same = status == run_id and result(store, run_id) == wanted
        lost += status != run_id
        different += status == run_id and not same
        moments.append(moment | {"attempts": store.run(run_id).attempts, "done": status == run_id, "same": same})
        print(json.dumps(moments[-1]), file=sys.stderr)
    return lost, different, moments


def plan(args: argparse.Namespace):
    """Return the run to repeat: texts whose label stands in their words, shuffled enough that the loss takes a while to fall."""
    import pandas as pd

    from fmcore.pipeline import datasets, runs
    from fmcore.records import Columns
    from fmcore.training.settings import FinetuneSettings

    chance = random.Random(1)
    things, moods = (
        ["room", "train", "meal", "film", "phone", "doctor"],
        {"good": ["lovely", "quick", "warm", "kind"], "bad": ["awful", "slow", "cold", "rude"]},
    )
    rows = []
    for i in range(args.rows):
        label = chance.choice(["good", "bad"])
        words = [
            chance.choice(things),
            str(i),
            chance.choice(moods[label]),
            *chance.choices(["and", "the", "it", "was", "very", "not", "so"], k=i % 9),
        ]
        rows.append({"text": " ".join(words), "label": label})
    dataset = datasets.add(pd.DataFrame(rows), Columns(text="text", label="label"), name="kill", accept_problems=True)
    return runs.plan(dataset.id, base=args.base, settings=FinetuneSettings(epochs=args.epochs, batch_size=16))


def submit(spec, name: str) -> str:
    from fmcore import jobs

    return jobs.submit(spec, name=name, key=name).id


def kill(store, run_id: str, after: float) -> dict[str, object]:
    """Kill the run's process so many seconds after it began, if it still lives; return what it was doing."""
    while not (held := [process for run, process in store.running() if run.id == run_id]):
        if store.run(run_id).status.is_final:
            return {"seconds": None, "killed": False}
        time.sleep(0.02)
    time.sleep(after)
    run = store.run(run_id)
    held = [process for run, process in store.running() if run.id == run_id] or held
    if run.status.is_final:
        return {"seconds": round(after, 2), "killed": False}
    os.kill(held[0].pid, signal.SIGKILL)
    return {"seconds": round(after, 2), "killed": True, "step": run.step, "doing": str(run.message or "")}


def wait(store, run_id: str) -> str | None:
    """Return the run's id once it is done, None where it failed or never came back."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (run := store.run(run_id)).status.is_final:
        if time.monotonic() > deadline:
            return None
        time.sleep(0.2)
    return run_id if run.status.value == "done" else None


def result(store, run_id: str) -> tuple[list[tuple[int, float, float]], str]:
    """Return the loss curve, train and validation, and the sha256 of the final weights."""
    from fmcore.pipeline.runs import folder

    curve = [(p.step, p.values["train_loss"], p.values.get("validation_loss", 0.0)) for p in store.progress(run_id)]
    return curve, hashlib.sha256((folder(run_id) / "model" / "model.safetensors").read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
