"""Writes the samples again, byte by byte: ``python -m fmcore.data.make_samples [FOLDER]``. Grammars and one seed, no other source."""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from fmcore.data.grammars import customer, loan, triage
from fmcore.data.grammars.expand import number, pick, typed
from fmcore.data.samples import FOLDER, SAMPLES, Bias

SEED = 2026
AGES = (("18-29", 18, 29), ("30-49", 30, 49), ("50-69", 50, 69), ("70+", 70, 90))
TOWNS = ("Eastmere", "Northfield", "Westbrook", "Oldport")
Row = dict[str, str]
Planned = tuple[str, Row, Callable[[], str]]
"""Label, groups, and what writes a text for them."""


def rows(name: str, *, seed: int = SEED, is_biased: bool = True) -> list[Row]:
    """Return the rows of a sample: id, text, label, its groups, label_without_bias. All texts differ.

    Another ``seed`` writes another file of the same kind; ``is_biased=False`` leaves the labels as they should be.
    """
    rng = random.Random(f"{seed} {name}")
    made: list[Row] = []
    seen: set[str] = set()
    for label, groups, write in MAKERS[name](rng):
        text = typed(write(), rng, share=0.2)
        while text.lower() in seen:
            text = typed(write(), rng, share=0.2)
        seen.add(text.lower())
        made.append({"text": text, "label": label, **groups, "label_without_bias": label})
    if is_biased:
        _plant(made, SAMPLES[name].bias, rng)
    made = [made.pop(int(rng.random() * len(made))) for _ in range(len(made))]
    return [{"id": f"{name[0]}{position:05d}", **row} for position, row in enumerate(made, 1)]


def as_csv(name: str) -> bytes:
    """Return the file of a sample."""
    made = rows(name)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, made[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return out.getvalue().encode("utf-8")


def _customer(rng: random.Random) -> Iterator[Planned]:
    for intent in customer.INTENTS:
        for at in range(400):
            other = at < 160  # 40 %, the same in every intent, so that nothing but the planted bias tells the groups apart
            accent = other and rng.random() < 0.8
            groups = {"first_language": "other" if other else "English", "age_band": pick(rng, AGES)[0]}
            yield intent, groups, partial(customer.message, intent, accent=accent, rng=rng)


def _triage(rng: random.Random) -> Iterator[Planned]:
    for level in triage.LEVELS:
        for at in range(600):
            sex = "female" if at % 2 else "male"
            band, low, high = pick(rng, AGES)
            yield level, {"sex": sex, "age_band": band}, partial(triage.note, level, sex=sex, age=number(rng, low, high), rng=rng)


def _loan(rng: random.Random) -> Iterator[Planned]:
    for decision in loan.DECISIONS:
        for at in range(1000):
            town = TOWNS[0] if at < 300 else TOWNS[1 + at % 3]
            named = town if rng.random() < 0.8 else None
            yield decision, {"town": town, "age_band": pick(rng, AGES)[0]}, partial(loan.message, decision, town=named, rng=rng)


MAKERS: dict[str, Callable[[random.Random], Iterator[Planned]]] = {
    "customer-messages": _customer,
    "triage-notes": _triage,
    "loan-messages": _loan,
}


def _plant(made: list[Row], bias: Bias, rng: random.Random) -> None:
    """Change the label of exactly this share of the group's rows."""
    hit = [row for row in made if row[bias.column] == bias.group and row["label"] == bias.true]
    for _ in range(round(bias.share * len(hit))):
        hit.pop(int(rng.random() * len(hit)))["label"] = bias.given


def main(folder: Path = FOLDER) -> None:
    """Write every sample into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SAMPLES:
        (folder / f"{name}.csv").write_bytes(as_csv(name))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
