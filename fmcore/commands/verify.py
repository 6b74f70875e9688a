"""``verify``: is everything that runs rest on and left behind still what it was? Exit code 1 names what is not."""

from __future__ import annotations

import argparse
from typing import Any

from fmcore.commands.answer import Answer, table
from fmcore.commands.options import command
from fmcore.records import Json

MOST_ITEMS = 100  # names of items in the JSON of one check; how many there are is always told


def add_to(commands: Any) -> None:
    parser = command(
        commands,
        "verify",
        _verify,
        "Compute fingerprints and figures again, of data, spec, model, answers and audits, and name what was changed. No look at test.",
        "python -m fmcore verify r-0123456789ab",
    )
    parser.add_argument("runs", metavar="RUN", nargs="*", help="ids of runs that are done; none: all of them")


def _verify(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline.verify import verify

    found: list[Json] = []
    rows: list[list[object]] = []
    wrong: list[str] = []
    for one in verify(args.runs):
        checks = [
            {
                "what": check.what,
                "state": check.state.value,
                "sentence": str(check.sentence),
                "items": list(check.items[:MOST_ITEMS]),
                "item_count": len(check.items),
            }
            for check in one.checks
        ]
        found.append({"run": one.run.id, "ok": one.is_fine, "checks": checks})
        rows += [[one.run.id, check.what, check.state.value] for check in one.checks]
        wrong += [str(check.sentence) for check in one.checks if not check.is_fine]
    text = table(["run", "what", "state"], rows) if rows else "No run is done yet."
    error = "" if not wrong else wrong[0] + (f" And {len(wrong) - 1} more; see the list." if len(wrong) > 1 else "")
    text += "".join(f"\n{sentence}" for sentence in wrong) if len(wrong) > 1 else ""
    return Answer({"ok": not wrong, "runs": found}, text, exit_code=1 if wrong else 0, error=error)
