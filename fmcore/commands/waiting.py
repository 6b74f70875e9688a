"""Wait for a run with a bar on standard error. The run goes on whatever happens to the one who waits."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from fmcore import jobs
from fmcore.commands.answer import Answer, plain
from fmcore.records import Run, Status
from fmcore.settings import get_settings
from fmcore.store import Store, open_store

LOOK_SECONDS = 0.4
LINE_SECONDS = 15.0
"""Where standard error is a file, a line this often is enough."""
WIDTH = 28


class Bar:
    """A bar that is drawn over itself on a terminal, and is a line now and then in a file."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stderr
        self.live = self.out.isatty()
        self._last, self._drawn = "", 0.0

    def draw(self, share: float | None, text: str) -> None:
        """Show how far it is, 0 to 1, or only the text where that is not known."""
        now = time.monotonic()
        if not self.live and (now - self._drawn < LINE_SECONDS or text == self._last):
            return
        done = round(WIDTH * min(1.0, share or 0.0))
        bar = f"[{'#' * done}{'.' * (WIDTH - done)}] {100 * share:3.0f} % " if share is not None else ""
        print(f"\r\x1b[K{bar}{text}" if self.live else f"{bar}{text}", end="" if self.live else "\n", file=self.out, flush=True)
        self._last, self._drawn = text, now

    def end(self) -> None:
        """Leave the line."""
        if self.live and self._last:
            print("\r\x1b[K", end="", file=self.out, flush=True)


def wait(run_id: str) -> Run:
    """Return the run once it has ended. Interrupting leaves it running and says how to stop it."""
    store, bar, looks = open_store(), Bar(), 0
    try:
        while not (run := store.run(run_id)).status.is_final:
            if looks % 25 == 0:
                jobs.ensure_supervisor()  # somebody may have ended it meanwhile
            bar.draw(run.step / run.steps if run.steps else None, _where(run, store))
            looks += 1
            time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        bar.end()
        print(f"{run_id} goes on without this terminal. To stop it: python -m fmcore runs stop {run_id}", file=sys.stderr)
        raise
    bar.end()
    return run


def _where(run: Run, store: Store) -> str:
    if run.status is Status.QUEUED:
        ahead = next((i for i, other in enumerate(store.queue()) if other.id == run.id), 0)
        return f"{run.id} waits, {ahead} before it" if ahead else f"{run.id} is about to start"
    points = store.progress(run.id, after_step=run.step - 30)
    parts = [run.id, f"step {run.step} of {run.steps}" if run.steps else plain(run.message or "")]
    if points and (loss := points[-1].values.get("train_loss")) is not None:
        parts.append(f"loss {loss:.4f}")
    if len(points) > 1 and run.steps and points[-1].step > points[0].step:
        rate = (points[-1].when - points[0].when) / (points[-1].step - points[0].step)
        parts.append(f"{max(0.0, rate * (run.steps - run.step)) / 60:.1f} min left")
    return ", ".join(part for part in parts if part)


def ended(run: Run) -> Answer:
    """Return what ``finetune`` prints: the run, how it ended, its seconds and its figures on test. Showing them counts as a look."""
    from fmcore.commands.answer import in_words
    from fmcore.evaluation.report import estimate_json

    test = {}
    if run.status is Status.DONE:
        test = {m.name: m.estimate for m in open_store().metrics(run.id) if m.split == "test" and m.label is None}
        if test:
            open_store().look(run.id, who=get_settings().who, how="command line")
    found = {"run": run.id, "status": run.status.value, "seconds": run.seconds}
    found["test"] = {name: estimate_json(estimate) for name, estimate in test.items()}
    lines = [f"{run.id} is {run.status.value}" + (f" after {run.seconds:.0f} s of training." if run.seconds is not None else ".")]
    lines += [f"  {name:<20} {in_words(estimate)}" for name, estimate in test.items()]
    if run.status is Status.DONE:
        return Answer(found, "\n".join([*lines, *([plain(run.message)] if run.message else [])]))
    reason = str(run.message or f"{run.id} is {run.status.value}.")
    return Answer(found, "", 1, reason)


def queued(run: Run) -> Answer:
    """Return what is printed for a run that nobody waits for."""
    found = {"run": run.id, "status": run.status.value, "seconds": run.seconds, "test": None}
    return Answer(found, f"{run.id} is {run.status.value}. Follow it: python -m fmcore runs show {run.id}")
