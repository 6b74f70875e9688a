"""Attribution by hiding: how far the log-odds of a label fall when one word is hidden from the model. Takes no gradient.

M. D. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, for pictures; here the part that is hidden is a
word, with all its tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fmcore.explain.subject import Subject, answers
from fmcore.tasks.protocol import Encoded, Parts


def occluded(subject: Subject, encoded: Encoded, parts: Sequence[Parts], targets: Sequence[int]) -> list[np.ndarray]:
    """Return what each part of each item adds: log-odds with it, less those without it; 0 for a part that the model does not see."""
    masks = [[np.zeros(len(of), bool), *(np.arange(len(of)) == k for k in np.flatnonzero(of.seen))] for of in parts]
    asked = [(n, mask) for n, some in enumerate(masks) for mask in some]
    odds = with_hidden(subject, encoded, parts, asked)
    found, start = [], 0
    for n, of in enumerate(parts):
        part = odds[start : start + len(masks[n]), targets[n]]
        start += len(masks[n])
        drops = np.zeros(len(of))
        drops[np.flatnonzero(of.seen)] = part[0] - part[1:]
        found.append(drops)
    return found


def with_hidden(subject: Subject, encoded: Encoded, parts: Sequence[Parts], asked: Sequence[tuple[int, np.ndarray]]) -> np.ndarray:
    """Return log-odds of every class, float64 (asked, C), for each (item, which of its parts are hidden: bool).

    Equal questions are asked once.
    """
    keys = [(n, mask.tobytes()) for n, mask in asked]
    first = {key: place for place, key in reversed(list(enumerate(keys)))}
    places = sorted(first.values())
    items: list[Any] = []
    for place in places:
        n, mask = asked[place]
        owner = parts[n].owner
        items.append(subject.task.hide(encoded[n], (owner >= 0) & np.append(mask, False)[owner], subject.tokenizer))
    lengths = np.array([len(parts[asked[place][0]].owner) for place in places], np.int64)
    odds = answers(subject, items, lengths)
    row = {place: k for k, place in enumerate(places)}
    return odds[[row[first[key]] for key in keys]]
