"""``doctor``: what works on this machine, in sentences. Changes nothing."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

import fmcore
from fmcore.commands.answer import Answer
from fmcore.commands.options import command
from fmcore.errors import FmcoreError
from fmcore.records import Json, Sentence, say
from fmcore.settings import get_settings

HUB_SECONDS = 4.0
GIGABYTE = 10**9
PACKAGES = ("torch", "transformers", "accelerate", "safetensors", "datasets", "streamlit", "pandas", "pyarrow", "sqlalchemy", "plotly")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    status: str
    """``ok``, ``warning``, or ``error`` where nothing will work until it is mended."""
    sentence: Sentence
    details: dict[str, Json] = field(default_factory=dict)


def add_to(commands: Any) -> None:
    command(
        commands,
        "doctor",
        _doctor,
        "Say what works on this machine: device, precision, store, disk, network.",
        "python -m fmcore doctor --json",
    )


def _doctor(args: argparse.Namespace) -> Answer:
    checks: tuple[Callable[[], Finding], ...] = (
        _python,
        _packages,
        _device,
        _precision,
        _memory,
        _home,
        _disk,
        _store,
        _sqlite,
        _hub,
        _embedded,
    )
    findings = [_safely(check) for check in checks]
    broken = [f for f in findings if f.status == "error"]
    found = {
        "version": fmcore.__version__,
        "ok": not broken,
        "checks": [{"name": f.name, "status": f.status, "sentence": str(f.sentence), **f.details} for f in findings],
    }
    marks = {"ok": "ok  ", "warning": "note", "error": "BAD "}
    text = "\n".join(f"{marks[f.status]}  {f.name:<10} {f.sentence}" for f in findings)
    return Answer(found, text, 1 if broken else 0, str(broken[0].sentence) if broken else "")


def _safely(check: Callable[[], Finding]) -> Finding:
    name = check.__name__.strip("_")
    try:
        return check()
    except FmcoreError as error:
        return Finding(name, "error", error.sentence)
    except Exception as error:  # a doctor must not fall ill: what it can't look at is a finding too
        return Finding(name, "error", say("Could not be looked at: {kind}: {reason}.", kind=type(error).__name__, reason=str(error)[:200]))


def _python() -> Finding:
    version, here = platform.python_version(), f"{platform.system()} {platform.machine()}"
    good = (3, 11) <= sys.version_info[:2] < (3, 14)
    sentence = say("Python {version} on {system}.", version=version, system=here)
    if not good:
        sentence = say("Python {version} on {system}; FM Commons is tested with 3.11 to 3.13.", version=version, system=here)
    return Finding("python", "ok" if good else "warning", sentence, {"version": version, "system": here})


def _packages() -> Finding:
    found = {name: _version(name) for name in PACKAGES}
    missing = [name for name, version in found.items() if version is None]
    if missing:
        return Finding(
            "packages", "error", say("Missing: {names}. Run make run, which installs them.", names=", ".join(missing)), {"versions": found}
        )
    return Finding("packages", "ok", say("{names}.", names=", ".join(f"{n} {v}" for n, v in found.items())), {"versions": found})


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _device() -> Finding:
    import torch

    from fmcore.jobs import devices

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    details: dict[str, Json] = {"slots": list(devices.slots()), "cores": cores}
    if torch.cuda.is_available():
        names = ", ".join(torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count()))
        return Finding(
            "device", "ok", say("{names} with CUDA {cuda}.", names=names, cuda=str(torch.version.cuda)), {**details, "kind": "cuda"}
        )
    if devices.gpus():
        sentence = say("There is a GPU, but this build of torch ({build}) can't use it. Install the CUDA build.", build=torch.__version__)
        return Finding("device", "warning", sentence, {**details, "kind": "cpu"})
    return Finding("device", "ok", say("No GPU: training runs on {cores} CPU cores.", cores=cores), {**details, "kind": "cpu"})


def _precision() -> Finding:
    import torch

    flags = _cpu_flags()
    details: dict[str, Json] = {name: name in flags for name in ("amx_bf16", "amx_tile", "avx512_bf16", "avx512f", "avx2")}
    if torch.cuda.is_available():
        native = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        native = "amx_bf16" in flags or "avx512_bf16" in flags
    details["bf16_native"] = native
    if "amx_bf16" in flags and not torch.cuda.is_available():
        sentence = say("This CPU has AMX: bf16 is several times faster than fp32. Each run measures it at its start.")
    elif native:
        sentence = say("bf16 is native here. Each run measures at its start whether it is faster.")
    else:
        sentence = say("bf16 is not native here and would be slow: runs use fp32.")
    return Finding("precision", "ok", sentence, details)


def _cpu_flags() -> set[str]:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(("flags", "Features")):
                return set(line.partition(":")[2].split())
    except OSError:  # not Linux: torch decides by measuring
        pass
    return set()


def _memory() -> Finding:
    memory = psutil.virtual_memory()
    details = {"total_mb": memory.total // 2**20, "available_mb": memory.available // 2**20}
    sentence = say("{free} GB of {total} GB are free.", free=round(memory.available / GIGABYTE, 1), total=round(memory.total / GIGABYTE, 1))
    return Finding("memory", "ok" if memory.available > 2 * GIGABYTE else "warning", sentence, details)


def _home() -> Finding:
    home = get_settings().home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        sentence = say(
            "{home} can't be written ({reason}). Choose another folder with FMCORE_HOME.", home=str(home), reason=error.strerror or ""
        )
        return Finding("home", "error", sentence, {"path": str(home)})
    return Finding("home", "ok", say("Everything lies under {home}.", home=str(home)), {"path": str(home)})


def _disk() -> Finding:
    home = get_settings().home
    place = next(p for p in (home, *home.parents) if p.exists())
    free = shutil.disk_usage(place).free
    sentence = say("{free} GB are free for data and models.", free=round(free / GIGABYTE, 1))
    return Finding("disk", "ok" if free > 5 * GIGABYTE else "warning", sentence, {"free_mb": free // 2**20})


def _store() -> Finding:
    from fmcore.store import open_store

    store = open_store()
    counts = {status.value: count for status, count in store.count_runs().items()}
    return Finding("store", "ok", say("Runs in the store: {runs}.", runs=sum(counts.values())), {"runs": counts})


def _sqlite() -> Finding:
    from fmcore.store import sqlite_faults

    faults = sqlite_faults()
    details = {"version": sqlite3.sqlite_version, "faults": [str(fault) for fault in faults]}
    if faults:
        return Finding("sqlite", "warning", faults[0], details)
    return Finding(
        "sqlite", "ok", say("SQLite {version} has no known fault that touches the store.", version=sqlite3.sqlite_version), details
    )


def _hub() -> Finding:
    place = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    if get_settings().offline or os.environ.get("HF_HUB_OFFLINE") == "1":
        return Finding(
            "hub", "warning", say("The hub is not asked: this install is set to work offline."), {"reachable": False, "endpoint": place}
        )
    try:
        with urllib.request.urlopen(urllib.request.Request(place, method="HEAD"), timeout=HUB_SECONDS):
            reachable = True
    except urllib.error.HTTPError:  # it answers, if grumpily
        reachable = True
    except (OSError, ValueError):
        reachable = False
    details = {"reachable": reachable, "endpoint": place}
    if reachable:
        return Finding("hub", "ok", say("{hub} can be reached: models and public data sets by name work.", hub=place), details)
    sentence = say("{hub} can't be reached: only the embedded model, local folders and files work.", hub=place)
    return Finding("hub", "warning", sentence, details)


def _embedded() -> Finding:
    from fmcore.models.check import check_base

    base = check_base("embedded")
    sentence = say("The embedded base model is there and intact ({n} million parameters).", n=round((base.n_parameters or 0) / 1e6, 1))
    return Finding("model", "ok", sentence, {"sha256": base.sha256})
