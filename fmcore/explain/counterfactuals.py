"""The smallest edits of a text that make the model answer otherwise. Every edited text is answered by the model itself before it is shown.

Edits are words taken out, words exchanged for others that the model takes for alike, and swaps of the group of people that a text names
(:mod:`fmcore.audit.swaps`). Small is counted in edits: all single ones are tried before any two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from fmcore.explain.occlusion import occluded
from fmcore.explain.records import Answered, Counterfactual, Edit, Search
from fmcore.explain.subject import Subject, answers, probability
from fmcore.records import Sentence, say
from fmcore.tasks.protocol import Parts

PORTION = 64
"""Texts answered between two calls of ``watch``: a full batch or more."""
MOST_EDITS = 3
MOST_SHOWN = 8
SWAPPED_WORDS, SWAPS = 16, 8
"""How many words are exchanged (those that matter most), and for how many others each."""
BEAM, EXTENDED = 6, 24
"""How many of the best texts are edited further, and with how many of the best single edits."""

Changes = Mapping[int, str]


def search(
    subject: Subject,
    texts: Sequence[str],
    *,
    vocabulary: Sequence[str] = (),
    wanted: str | None = None,
    most_edits: int = MOST_EDITS,
    with_identity: bool = True,
    watch: Callable[[float, Sentence], None] = lambda share, said: None,
) -> Search:
    """Return the smallest edits that turn the answer, into ``wanted`` where one is named. Swaps come from ``vocabulary``.

    ``watch`` hears the share of the texts with so many edits that is answered, and how many edits; what it raises ends the search.

    Raises:
        DataError: there is no such label.
    """
    encoded, [parts] = subject.take_apart([texts])
    odds = answers(subject, [encoded[0]], encoded.lengths)[0]
    given = int(odds.argmax())
    goal = None if wanted is None else subject.index(wanted)
    of = Answered(tuple(texts), subject.labels[given], float(probability(odds[given])))
    if goal == given:
        return Search(of, (), 1, say("The model answers {label} already.", label=of.answer))
    [drops] = occluded(subject, encoded, [parts], [given])
    singles = list(_singles(subject, parts, drops, vocabulary))
    found, tried = _search(subject, texts, parts, given, goal, singles, most_edits, watch)
    if with_identity:
        swapped = _identity(texts)
        made = _answered(subject, [after for after, _ in swapped])
        tried += len(swapped)
        found += [(after, edits, row) for (after, edits), row in zip(swapped, made, strict=True) if _turned(row, given, goal)]
    found.sort(key=lambda one: (len(one[1]), one[1][0].kind != "identity", -float(one[2].max())))
    shown = tuple(
        Counterfactual(after, edits, of.answer, subject.labels[int(row.argmax())], float(probability(row.max())))
        for after, edits, row in found[:MOST_SHOWN]
    )
    return Search(of, shown, tried, _sentence(shown, tried, most_edits))


def _sentence(shown: Sequence[Counterfactual], tried: int, most_edits: int) -> Sentence:
    if not shown:
        return say("No edit of up to {n} words turned the answer; {tried} texts were tried.", n=most_edits, tried=tried)
    first = shown[0].edits[0]
    if first.kind == "identity":
        template = "Another group of people in the same text is enough to turn the answer from {before} to {after}: {one} → {other}."
        return say(template, before=shown[0].before, after=shown[0].answer, one=first.before, other=first.after)
    if len(shown[0].edits) == 1:
        return say("One word is enough to turn the answer from {before} to {after}.", before=shown[0].before, after=shown[0].answer)
    return say(
        "It takes {n} words to turn the answer from {before} to {after}; no single one that was tried does.",
        n=len(shown[0].edits), before=shown[0].before, after=shown[0].answer,
    )  # fmt: skip


Found = tuple[tuple[str, ...], tuple[Edit, ...], np.ndarray]


def _search(
    subject: Subject,
    texts: Sequence[str],
    parts: Parts,
    given: int,
    goal: int | None,
    singles: list[dict[int, str]],
    most_edits: int,
    watch: Callable[[float, Sentence], None],
) -> tuple[list[Found], int]:
    """Return texts that turned, all of the fewest edits, and how many were answered."""
    beam, best, tried = [{}], singles, 1 + int(sum(parts.seen))
    for n_edits in range(1, most_edits + 1):
        asked = list(
            {
                tuple(sorted({**done, **one}.items())): {**done, **one} for done in beam for one in best if not done.keys() & one.keys()
            }.values()
        )
        made = [(subject.task.edit(texts, parts, changes), changes) for changes in asked]
        made = [(after, changes) for after, changes in made if any(text.strip() for text in after)]
        rows = _answered(subject, [after for after, _ in made], partial(_tell, watch, n_edits, len(made)))
        tried += len(made)
        turned = [
            (after, _edits(parts, changes), row) for (after, changes), row in zip(made, rows, strict=True) if _turned(row, given, goal)
        ]
        if turned or not made:
            return turned, tried
        aim = rows[:, given] if goal is None else -rows[:, goal]
        order = np.argsort(aim, kind="stable")
        if len(beam) == 1 and not beam[0]:
            best = [made[k][1] for k in order[:EXTENDED]]
        beam = [made[k][1] for k in order[:BEAM]]
    return [], tried


def _singles(subject: Subject, parts: Parts, drops: np.ndarray, vocabulary: Sequence[str]) -> Iterator[dict[int, str]]:
    """Yield every single edit: each word that the model sees taken out, and those that matter most exchanged."""
    seen = [k for k in np.argsort(-drops, kind="stable").tolist() if parts.seen[k]]
    yield from ({k: ""} for k in seen)
    words = [k for k in seen if any(letter.isalnum() for letter in parts.names[k])][:SWAPPED_WORDS]
    if not vocabulary or not words:
        return
    known = subject.task.likeness(subject.model, vocabulary, subject.tokenizer)
    asked = subject.task.likeness(subject.model, [parts.names[k] for k in words], subject.tokenizer)
    for k, likeness in zip(words, asked @ known.T, strict=True):
        near = [vocabulary[n] for n in np.argsort(-likeness, kind="stable")[: SWAPS + 4].tolist()]
        others = [word for word in near if word.casefold() != parts.names[k].casefold()][:SWAPS]
        yield from ({k: _in_case_of(parts.names[k], word)} for word in others)


def _in_case_of(model: str, word: str) -> str:
    return word.capitalize() if model[:1].isupper() and not model.isupper() else word


def _identity(texts: Sequence[str]) -> list[tuple[tuple[str, ...], tuple[Edit, ...]]]:
    """Return the texts with the group of people that they name swapped for another one, where that can be done."""
    from fmcore.audit.swaps import in_place

    made = []
    for field, text in enumerate(texts):
        for row in in_place([text]).frame.to_dict("records"):
            after = tuple(row["after"] if place == field else other for place, other in enumerate(texts))
            made.append((after, (Edit("identity", str(row["from"]), str(row["to"])),)))
    return made


def _tell(watch: Callable[[float, Sentence], None], n_edits: int, n_texts: int, done: int) -> None:
    template = (
        "Texts with one word edited: {done} of {of} answered." if n_edits == 1 else "Texts with {n} words edited: {done} of {of} answered."
    )
    watch(done / n_texts, say(template, n=n_edits, done=done, of=n_texts))


def _answered(subject: Subject, texts: Sequence[Sequence[str]], watch: Callable[[int], None] = lambda done: None) -> np.ndarray:
    """Return log-odds of every class for each text, float64 (n, C): what the model says to the text itself."""
    rows = [np.zeros((0, len(subject.labels)))]
    for start in range(0, len(texts), PORTION):
        encoded, _parts = subject.take_apart(texts[start : start + PORTION])
        rows.append(answers(subject, [encoded[n] for n in range(len(encoded))], encoded.lengths))
        watch(start + len(encoded))
    return np.concatenate(rows)


def _turned(row: np.ndarray, given: int, goal: int | None) -> bool:
    return int(row.argmax()) != given if goal is None else int(row.argmax()) == goal


def _edits(parts: Parts, changes: Changes) -> tuple[Edit, ...]:
    return tuple(Edit("swap" if word else "deletion", parts.names[k], word) for k, word in sorted(changes.items()))
