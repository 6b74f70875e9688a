"""What a command gives back: the same thing as JSON for scripts and as text for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fmcore.records import Estimate, Json

SAME_AS_ACCURACY = "Every row has one label, so micro precision, micro recall, micro-F1 and weighted recall are the accuracy."


class UsageError(Exception):
    """The command was called in a way that can't be meant: exit code 2."""


@dataclass(frozen=True)
class Answer:
    """What is printed when a command ends."""

    json: Json
    text: str
    exit_code: int = 0
    error: str = ""
    """One sentence for standard error, where the act ended badly but there is something to show."""

    def print(self, *, as_json: bool) -> None:
        """Write the answer to standard output, and its error to standard error."""
        if as_json:
            plain_letters = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"  # \u4e2d is JSON in every encoding
            print(json.dumps(self.json, ensure_ascii=plain_letters, indent=2, allow_nan=False))
        elif self.text:
            print(self.text)
        sys.stdout.flush()
        if self.error:
            print(" ".join(plain(self.error).split()), file=sys.stderr)


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, widest: int = 48) -> str:
    """Return rows as aligned columns; long cells are cut, control characters never reach the terminal.

    Example:
        >>> print(table(["a", "b"], [[1, "x"]]))
        a  b
        1  x
    """
    cells = [[_cell(value, widest) for value in row] for row in [head, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)


def plain(text: object) -> str:
    """Return text that a terminal shows and does not obey."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))


def _cell(value: object, widest: int) -> str:
    text = "" if value is None else f"{value:.4g}" if isinstance(value, float) else plain(value)
    return text if len(text) <= widest else text[: widest - 1] + "…"


def in_words(estimate: Estimate) -> str:
    """Return an estimate for people: value, interval and n, or why there is none."""
    if estimate.value is None:
        return f"no value: {estimate.reason}"
    if estimate.low is None or estimate.high is None:
        return f"{_figure(estimate.value)} (n = {estimate.n})"
    return f"{_figure(estimate.value)} ({_figure(estimate.low)} to {_figure(estimate.high)}, n = {estimate.n})"


def titles(metrics: Iterable[str]) -> dict[str, str]:
    """Return what each metric is called, by its id and in their order; without those of which :data:`SAME_AS_ACCURACY` tells."""
    from fmcore.report.names import metric_title
    from fmcore.stats.metrics import SAME

    return {name: metric_title(name) for name in metrics if name not in SAME}


def _figure(number: float) -> str:
    return f"{number:.4f}".replace("-", "−")
