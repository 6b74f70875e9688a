"""kill -9 at any moment, and the run goes on as if nothing had happened: the same losses at every step, the same weights, bit for bit."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from safetensors import safe_open

ROOT = Path(__file__).resolve().parents[2]


def start(base: Path, folder: Path, seconds: float) -> subprocess.Popen[bytes]:
    environment = os.environ | {"FMCORE_CHECKPOINT_SECONDS": str(seconds), "FMCORE_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.training.job", str(base), str(folder)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def said(folder: Path) -> list[dict]:
    path = folder / "losses.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}}")]


def losses(folder: Path) -> dict[int, tuple[float, float | None]]:
    """Training and validation loss by step; a step that was said twice must have been the same both times."""
    found: dict[int, tuple[float, float | None]] = {}
    for item in said(folder):
        pair = (item["values"]["train_loss"], item["values"].get("validation_loss"))
        assert found.setdefault(item["step"], pair) == pair
    return found


def weights(folder: Path) -> dict[str, bytes]:
    with safe_open(folder / "model" / "model.safetensors", "np") as file:
        return {name: file.get_tensor(name).tobytes() for name in file.keys()}  # noqa: SIM118


def test_a_run_killed_at_random_steps_ends_bit_for_bit_like_one_that_was_left_alone(tiny_model: Path, tmp_path: Path) -> None:
    alone, killed = tmp_path / "alone", tmp_path / "killed"
    left_alone = start(tiny_model, alone, 1000)  # beside the others: most of a short run is the start of its process
    chance = random.Random(7)
    for _ in range(2):
        process = start(tiny_model, killed, 0)
        target = max([item["step"] for item in said(killed)], default=0) + chance.randint(2, 5)
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until and max([i["step"] for i in said(killed)], default=0) < target:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.05)  # also in the middle of a checkpoint
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert start(tiny_model, killed, 0.1).wait() == 0
    assert left_alone.wait() == 0

    assert sorted(losses(alone)) == list(range(1, 21))
    assert losses(killed) == losses(alone)
    assert weights(killed) == weights(alone)
