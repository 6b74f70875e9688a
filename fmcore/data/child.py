"""The process that opens a stranger's file: limited in memory, time and output, knowing no secret, handing back Arrow and never pickle.

``python -m fmcore.data.child FOLDER`` reads FOLDER/asked.json and writes FOLDER/answer.json and, when all went well, FOLDER/table.arrow.
It imports neither pandas nor torch, so it starts in a fraction of a second.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fmcore.data.limits import MEGABYTE, Asked, Limits
from fmcore.errors import DataError
from fmcore.records import to_json

ASKED, ANSWER, TABLE = "asked.json", "answer.json", "table.arrow"


def too_much_memory(asked: Asked) -> DataError:
    """Return the error for a file that needs more memory than it may take."""
    return DataError(
        "Reading {file} takes more than {limit} MB of memory. Take a sample of it, or raise FMCORE_READ_MEMORY_MB.",
        file=asked.file,
        limit=asked.limits.memory_bytes // MEGABYTE,
    )


def main(folder: Path) -> None:
    """Read what is asked for in the folder and leave the answer there."""
    given = json.loads((folder / ASKED).read_text("utf-8"))
    asked = Asked(**{**given, "limits": Limits(**given["limits"])})
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    _limit(asked.limits)
    from fmcore.data import formats

    try:
        found = formats.read(asked)
        with pa.OSFile(str(folder / TABLE), "wb") as out, pa.ipc.new_file(out, found.table.schema) as writer:
            writer.write_table(found.table)
        answer = {"format": found.format, "encoding": found.encoding, "delimiter": found.delimiter, "notes": to_json(found.notes)}
    except DataError as error:
        answer = {"error": to_json(error.sentence)}
    except MemoryError:  # ArrowMemoryError is one too
        answer = {"error": to_json(too_much_memory(asked).sentence)}
    (folder / ANSWER).write_text(json.dumps(answer), "utf-8")


def _limit(limits: Limits) -> None:
    """Let the operating system stop this process, whatever the libraries do."""
    try:
        import resource
    except ImportError:  # Windows has none; the wall clock and the counting remain
        return
    import contextlib

    taken = _address_space()
    for kind, value in (
        (resource.RLIMIT_AS, taken + limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, limits.out_bytes * 2 + 16 * MEGABYTE),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some; a lower limit set by the operator stays
            resource.setrlimit(kind, (value, value))


def _address_space() -> int:
    """Return how many bytes of address space the libraries took before any file was opened; only what comes after is limited."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (OSError, ValueError):
        return 1024 * MEGABYTE
    import resource

    return pages * resource.getpagesize()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
