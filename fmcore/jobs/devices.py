"""Which devices this machine has to give to jobs, found without torch, so that a supervisor stays small."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess

from fmcore.settings import get_settings


def slots() -> tuple[str, ...]:
    """Return the devices that jobs may have, one job each: ``cuda:0``, ``cuda:1`` … where there are GPUs, else ``cpu``.

    FMCORE_DEVICE narrows it: ``cpu``, ``cuda:1``; ``cuda`` is all GPUs together for one job.
    """
    wanted = get_settings().device
    if wanted != "auto":
        return (wanted,)
    return tuple(f"cuda:{i}" for i in range(len(gpus()))) or ("cpu",)


@functools.lru_cache(maxsize=1)
def gpus() -> tuple[str, ...]:
    """Return the ids of the GPUs that this process may use, as CUDA_VISIBLE_DEVICES would name them."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return tuple(i.strip() for i in visible.split(",") if i.strip() and i.strip() != "-1")
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    try:
        listed = subprocess.run(
            [tool, "--query-gpu=index", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):  # a driver that does not answer is no GPU
        return ()
    return tuple(line.strip() for line in listed.stdout.splitlines() if line.strip().isdigit())


def environment(slot: str) -> dict[str, str]:
    """Return what a job process needs in its environment so that it sees its own device only."""
    if slot == "cpu":
        return {"CUDA_VISIBLE_DEVICES": ""}
    if slot.startswith("cuda:") and slot[5:].isdigit() and int(slot[5:]) < len(gpus()):
        return {"CUDA_VISIBLE_DEVICES": gpus()[int(slot[5:])]}
    return {}
