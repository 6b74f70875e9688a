"""What the card of a folder may ask for: files inside that folder, and nothing else.

The datasets library follows whatever a card names: an address, a hub, any file of this machine. A folder may come from a stranger, so
its card is read here first. Refuses to know what is in the files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fmcore.errors import DataError

CARDS = ("README.md", ".huggingface.yaml")
"""Where the library looks for a card; a test holds this against the library's own names."""


def check_card(folder: Path, shown: str) -> None:
    """Return nothing where the folder's card names files inside the folder, or none. Opens no file but the card.

    Raises:
        DataError: it names an address, a path from the root, or a way out of the folder.
        yaml.YAMLError: it can't be read as YAML; ValueError: it holds something else than names and values.
    """
    for card in CARDS:
        for place in _places(_said(folder / card)):
            if not _is_inside(place):
                raise DataError(
                    "{name} can't be read: its card ({card}) names {place}, and the card of a folder may only name files inside it. "
                    "Put the file into the folder, and name it from there.",
                    name=shown,
                    card=card,
                    place=place[:200],
                )


def _said(card: Path) -> Any:
    """Return what the card says of its parts."""
    if not card.is_file():
        return None
    if card.suffix == ".md":
        from huggingface_hub import DatasetCard

        return DatasetCard.load(card).data.get("configs")
    import yaml

    said = yaml.safe_load(card.read_text("utf-8"))
    return said.get("configs") if isinstance(said, dict) else None


def _places(parts: Any) -> Iterator[str]:
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict):
            yield from _words(part.get("data_files"))
            yield from _words(part.get("data_dir"))


def _words(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, (list, dict)):
        for one in said.values() if isinstance(said, dict) else said:
            yield from _words(one)


def _is_inside(place: str) -> bool:
    """True for a path or pattern that stays in the folder, whatever stands there.

    Example:
        >>> [_is_inside(place) for place in ("a/*.csv", "/etc/x.csv", "../x.csv", "http://x.org/a.csv", "a/b::http://x.org/a.zip")]
        [True, False, False, False, False]
    """
    plain = place.strip().replace("\\", "/")
    return not (plain.startswith(("/", "~")) or ".." in plain.split("/") or "::" in plain or "://" in plain or urlsplit(plain).scheme)
