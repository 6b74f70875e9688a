"""Which characters the bytes of a text file stand for: by its mark, by its nulls, UTF-8 by proof, the rest by a guess that is told."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from fmcore.data.limits import Asked
from fmcore.errors import DataError
from fmcore.records import Sentence, say

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "gb18030",
    "big5",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "iso8859-1",
    "iso8859-2",
    "iso8859-15",
    "koi8-r",
    "mac-roman",
)
"""What a form offers; any other text encoding that Python knows may be given by name."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BLOCK = 1 << 20
GUESSED = (
    "gb18030",
    "big5",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "koi8_r",
)
COMMON_LATIN = "’‘“”–—…€£°àâäáãåçèéêëìíîïñòóôöõøùúûüßœæÀÂÄÁÃÅÇÈÉÊËÍÎÏÑÓÔÖÕØÚÛÜ¿¡«»•"


def decide(asked: Asked) -> tuple[str, list[Sentence]]:
    """Return the encoding of the file, proven to decode it to its end, and a note where it was guessed.

    Raises:
        DataError: it is no text, or not in the encoding that was asked for.
    """
    path = Path(asked.path)
    if asked.encoding:
        return _given(path, asked), []
    with open(path, "rb") as file:
        head = file.read(BLOCK)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return _proven(path, encoding, asked), []
    wide = _wide(head)
    if wide and _first_bad(path, wide) is None:
        return wide, [say("{file} has no byte order mark; it was read as {encoding}.", file=asked.file, encoding=wide)]
    bad = _first_bad(path, "utf-8")
    if bad is None:
        return "utf-8", []
    if b"\0" in head or _controls(head) > 0.01:
        raise binary(asked)
    return _guess(path, bad, asked)


def binary(asked: Asked) -> DataError:
    """Return the error for a file that is no text."""
    return DataError("{file} is not text: it holds binary data. Choose a CSV, TSV, JSON, JSONL, Parquet or XLSX file.", file=asked.file)


def _given(path: Path, asked: Asked) -> str:
    try:
        info = codecs.lookup(asked.encoding or "")
        if not info._is_text_encoding:  # base64, zip …: not characters
            raise LookupError(asked.encoding)
    except (LookupError, ValueError) as error:
        raise DataError(
            "There is no text encoding called {encoding}. Known: {known}.", encoding=str(asked.encoding)[:60], known=", ".join(ENCODINGS)
        ) from error
    with open(path, "rb") as file:
        marked = file.read(3) == codecs.BOM_UTF8
    return _proven(path, "utf-8-sig" if info.name == "utf-8" and marked else info.name, asked)


def _proven(path: Path, encoding: str, asked: Asked) -> str:
    bad = _first_bad(path, encoding)
    if bad is not None:
        raise DataError(
            "{file} is not in the encoding {encoding}: line {line} can't be decoded. Choose the encoding that the file was saved in.",
            file=asked.file,
            encoding=encoding,
            line=bad[1],
        )
    return encoding


def _first_bad(path: Path, encoding: str) -> tuple[int, int] | None:
    """Return (byte offset, line) of the first bytes that do not decode, or None when all do."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, offset = 1, 0
    for block in chain(_blocks(path), [b""]):
        try:
            line += decoder.decode(block, final=not block).count("\n")
        except UnicodeError as error:
            start = error.start if isinstance(error, UnicodeDecodeError) else 0
            return offset + start, line + block[:start].count(b"\n")
        offset += len(block)
    return None


def _blocks(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            yield block


def _wide(head: bytes) -> str | None:
    """Return the UTF-16 whose nulls these are: every ASCII character, a line end at least, has one, always on the same side."""
    for side, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        nulls = head[side::2].count(0)
        if nulls and not head[1 - side :: 2].count(0):
            text = head[: len(head) // 2 * 2].decode(encoding, errors="ignore")
            if "\n" in text and nulls >= text.count("\n"):
                return encoding
    return None


def _controls(head: bytes) -> float:
    """Return the share of bytes that no text has."""
    return len(re.findall(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", head)) / max(len(head), 1)


def _guess(path: Path, bad: tuple[int, int], asked: Asked) -> tuple[str, list[Sentence]]:
    high = _high_lines(path)
    if _mostly_utf8(high):
        raise DataError(
            "{file} is UTF-8 except for bytes in line {line} that can't be decoded. Repair that line, or choose the encoding by hand.",
            file=asked.file,
            line=bad[1],
        )
    for encoding in (_likely(high), _last_resort(high), "cp1252", "iso8859-1"):
        if encoding and _first_bad(path, encoding) is None:
            note = say(
                "{file} is not UTF-8; it was read as {encoding}, which is a guess. "
                "If letters look wrong in the preview, choose another encoding.",
                file=asked.file,
                encoding=encoding,
            )
            return encoding, [note]
    raise binary(asked)


def _high_lines(path: Path) -> bytes:
    """Return up to 64 KB of the lines that hold bytes beyond ASCII: only they tell encodings apart."""
    found, size = [], 0
    for block in _blocks(path):
        for line in block.split(b"\n"):
            if not line.isascii():
                found.append(line)
                size += len(line)
                if size > 1 << 16:
                    return b"\n".join(found)[: 1 << 16]
    return b"\n".join(found)


def _mostly_utf8(high: bytes) -> bool:
    """True when nearly all bytes beyond ASCII are well-formed UTF-8: a damaged file, not another encoding."""
    good = sum(len(match) for match in re.findall(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", high))
    return good >= 0.8 * len(re.findall(rb"[\x80-\xff]", high))


def _likely(high: bytes) -> str | None:
    """Return gb18030 or cp1252 where the bytes are typical of them, else None."""
    runs = re.findall(rb"[\x80-\xff]+", high)
    count = sum(map(len, runs))
    if sum(len(run) for run in runs if len(run) == 1) >= 0.7 * count:  # accents stand alone between ASCII letters
        return "cp1252" if _western(high) else None
    pairs = re.findall(rb"[\xa1-\xf7][\xa1-\xfe]", high)
    common = [pair for pair in pairs if 0xB0 <= pair[0] <= 0xD7 or pair[0] in (0xA1, 0xA3)]  # GB 2312's everyday characters, punctuation
    beyond_hangul = sum(pair[0] > 0xC8 for pair in common)
    if len(common) * 2 >= 0.9 * count and beyond_hangul >= 0.1 * len(common):
        return "gb18030"
    return None


def _western(high: bytes) -> bool:
    """True when the single bytes make Western European letters and typographic signs in Windows-1252."""
    signs = [sign for sign in high.decode("cp1252", errors="replace") if ord(sign) > 127]
    return sum(sign in COMMON_LATIN for sign in signs) >= 0.9 * len(signs)


def _last_resort(high: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(high, cp_isolation=list(GUESSED)).best()
    return best.encoding if best else None
