"""What the worker is asked to explain: words of texts, how far to trust that, the smallest edits, and words that carry errors.

Takes a loaded model and returns JSON of the records in :mod:`fmcore.explain.records`. Runs in the worker.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fmcore.errors import DataError
from fmcore.explain.counterfactuals import search
from fmcore.explain.explainers import attribute
from fmcore.explain.group_words import words_of
from fmcore.explain.trust import stages, trust
from fmcore.inference.answers import Text, check
from fmcore.inference.operations import Watch, untold
from fmcore.pipeline.explain import vocabulary
from fmcore.records import Json, say, to_json

if TYPE_CHECKING:
    from fmcore.pipeline.trained import Loaded

MOST_ATTRIBUTED, MOST_JUDGED = 2_000, 200
"""Texts at once: what a person waits for."""
METHOD = "integrated-gradients"


def attribution(loaded: Loaded, *, texts: Sequence[Text], method: str = METHOD, labels: Sequence[str] | None = None) -> list[Json]:
    """Return one :class:`Attribution` per text as JSON, for the answers given or for ``labels``, one per text."""
    _few(texts, MOST_ATTRIBUTED)
    return [to_json(one) for one in attribute(loaded.subject(), check(loaded, texts), method=method, labels=labels)]


def faithfulness(
    loaded: Loaded, *, texts: Sequence[Text], method: str = METHOD, labels: Sequence[str] | None = None, watch: Watch = untold
) -> Json:
    """Return :class:`Trust` as JSON: of one text, or over many."""
    _few(texts, MOST_JUDGED)
    done, of = itertools.count(1), stages(method, loaded.task, len(texts))

    def tell() -> None:
        n = next(done)
        watch(n / of, say("Explaining, hiding words, explaining again: part {n} of {of}.", n=n, of=of))

    return to_json(trust(loaded.subject(), check(loaded, texts), method=method, labels=labels, watch=tell))


def counterfactuals(loaded: Loaded, *, text: Text, wanted: str | None = None, watch: Watch = untold) -> Json:
    """Return the :class:`Search` for the smallest edits as JSON."""
    [texts] = check(loaded, [text])
    return to_json(search(loaded.subject(), texts, vocabulary=vocabulary(loaded.dataset), wanted=wanted, watch=watch))


def pushes(loaded: Loaded, *, texts: Sequence[Text], labels: Sequence[str]) -> dict[str, list[float]]:
    """Return of each word its attributions towards the label of its text, over all texts: what pushed wrong answers."""
    _few(texts, MOST_ATTRIBUTED)
    found: dict[str, list[float]] = {}
    for one in attribute(loaded.subject(), check(loaded, texts), labels=labels):
        here: dict[str, float] = {}
        for word, score in zip(one.words, one.scores, strict=True):
            for known in words_of(word):
                here[known] = here.get(known, 0.0) + score
        for known, score in here.items():
            found.setdefault(known, []).append(score)
    return found


def _few(texts: Sequence[Text], most: int) -> None:
    if len(texts) > most:
        raise DataError("Ask for at most {most} texts at once; found {n}.", most=most, n=len(texts))
