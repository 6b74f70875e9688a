"""Which device and which numbers a run uses here: asked of torch, then measured. Knows no model and no data."""

from __future__ import annotations

import json
import os
import platform
import time
from pathlib import Path

import torch

from fmcore.errors import TrainingError
from fmcore.files import write_text

WORTH_IT = 1.3
"""bf16 must be this much faster on a product: a training step also casts weights back and forth."""


def choose_device(asked: str, default: str = "auto") -> str:
    """Return ``cpu`` or ``cuda``. ``default`` (of this install: auto, cpu, cuda, cuda:N) decides where the run says auto.

    Raises:
        TrainingError: a GPU is asked for and there is none.
    """
    wanted = default if asked == "auto" else asked
    if wanted.startswith("cuda:") and not torch.cuda.is_initialized():
        os.environ["CUDA_VISIBLE_DEVICES"] = wanted.removeprefix("cuda:")
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return "cpu"
    if not torch.cuda.is_available():
        raise TrainingError("A GPU is asked for, but torch finds none here. Choose the device auto or cpu.")
    return "cuda"


def choose_precision(asked: str, device: str, *, memory: Path | None = None) -> str:
    """Return ``bf16`` or ``fp32``: as asked, or what is faster here.

    What was measured is kept in the file ``memory``, so that a busy moment can't make the same run come out otherwise on the same machine.
    """
    if asked != "auto":
        return asked
    if device != "cpu":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    if not has_fast_bf16():  # without these instructions bf16 is emulated, up to 100 times slower: not even worth a try
        return "fp32"
    kept = _read(memory)
    if _machine() not in kept:
        kept[_machine()] = "bf16" if _bf16_pays() else "fp32"
        if memory:
            write_text(memory, json.dumps(kept, indent=1))
    return kept[_machine()]


def _machine() -> str:
    """Return what the measurement depends on: the kind of processor, its threads and torch."""
    return f"{platform.machine()} {cpu_features()} {torch.get_num_threads()} threads, torch {torch.__version__}"


def _read(memory: Path | None) -> dict[str, str]:
    try:
        found = json.loads(memory.read_text(encoding="utf-8")) if memory else {}
    except (FileNotFoundError, ValueError):  # none yet, or cut off: measure again
        return {}
    return {name: value for name, value in found.items() if value in ("bf16", "fp32")} if isinstance(found, dict) else {}


def has_fast_bf16() -> bool:
    """Return whether this CPU has instructions for bf16 products (AMX or AVX512-BF16)."""
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


def cpu_features() -> dict[str, bool]:
    """Return what matters for speed here, for doctor and benchmarks."""
    return {"amx": bool(torch.cpu._is_amx_tile_supported()), "avx512_bf16": bool(torch.cpu._is_avx512_bf16_supported())}


def use_tf32(device: str) -> None:
    """Let products of float32 on a GPU use TF32: 3 digits less in each factor, several times faster, the usual choice for training."""
    if device != "cpu":
        torch.set_float32_matmul_precision("high")


def _bf16_pays(size: int = 384, rows: int = 1024) -> bool:
    """Return whether one product, the shape of a small transformer's layer, is worth doing in bf16: best of some tries, in turn."""
    best = dict.fromkeys((torch.float32, torch.bfloat16), float("inf"))
    factors = {dtype: (torch.ones(rows, size, dtype=dtype), torch.ones(size * 4, size, dtype=dtype)) for dtype in best}
    for _ in range(12):
        for dtype, (left, right) in factors.items():
            start = time.perf_counter()
            torch.nn.functional.linear(left, right)
            best[dtype] = min(best[dtype], time.perf_counter() - start)
    return best[torch.float32] > WORTH_IT * best[torch.bfloat16]
