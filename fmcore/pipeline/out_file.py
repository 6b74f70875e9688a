"""A file that a person asked for, made while another one is read: refused where it would harm, whole or not there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from fmcore.errors import DataError
from fmcore.files import beside


@contextlib.contextmanager
def out_file(out: Path, *, read: Path) -> Iterator[TextIO]:
    """Give a text file that becomes ``out`` when all went well.

    Raises:
        DataError: ``out`` is the file that is read, or a folder, or can't be written.
    """
    if out.exists() and read.exists() and out.samefile(read):
        raise DataError("{file} is the file that is read, so nothing can be written over it. Give another name.", file=str(out))
    if out.is_dir():
        raise DataError("{file} is a folder. Give the name of a file to write to.", file=str(out))
    if not out.parent.is_dir():
        raise DataError("There is no folder {folder} to write into.", folder=str(out.parent))
    try:
        with beside(out) as written:
            yield written
    except OSError as error:
        raise DataError("{file} can't be written: {reason}.", file=str(out), reason=error.strerror or type(error).__name__) from error
