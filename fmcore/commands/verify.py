"""``verify``: is everything that runs and audits rest on and left behind still what it was? Exit code 1 names what is not."""

from __future__ import annotations

import argparse
from typing import Any

from fmcore.commands.answer import Answer, table
from fmcore.commands.options import command
from fmcore.pipeline.checks import Check, State
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
    parser.add_argument("ids", metavar="RUN|AUDIT", nargs="*", help="ids of runs that are done, or of audits of tables; none: all of them")


def _verify(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline import verify_audits
    from fmcore.pipeline.verify import verify

    of_audits = [one for one in args.ids if one.startswith("a-")]
    of_runs = [one for one in args.ids if one not in of_audits]
    runs: list[Json] = []
    audits: list[Json] = []
    checks: list[tuple[str, Check]] = []
    for one in verify(of_runs) if of_runs or not args.ids else ():
        runs.append({"run": one.run_id, "ok": one.is_fine, "checks": [_as_json(check) for check in one.checks]})
        checks += [(one.run_id, check) for check in one.checks]
    for check in verify_audits.alone(of_audits) if of_audits or not args.ids else ():
        audits.append({"audit": check.what.removeprefix("audits/"), "ok": check.is_fine, **_as_json(check)})
        checks.append(("", check))
    wrong = [str(check.sentence) for _, check in checks if not check.is_fine]
    open_ = [str(check.sentence) for _, check in checks if check.is_fine and check.state is not State.OK]
    rows = [[run, check.what, check.state.value] for run, check in checks]
    lines = [table(["run", "what", "state"], rows) if rows else "No run is done yet. No audit of a table was made.", *open_]
    error = "" if not wrong else wrong[0] + (f" And {len(wrong) - 1} more; see the list." if len(wrong) > 1 else "")
    text = "\n".join([*lines, *(wrong if len(wrong) > 1 else ())])
    return Answer({"ok": not wrong, "runs": runs, "audits": audits}, text, exit_code=1 if wrong else 0, error=error)


def _as_json(check: Check) -> dict[str, Json]:
    return {
        "what": check.what,
        "state": check.state.value,
        "sentence": str(check.sentence),
        "items": list(check.items[:MOST_ITEMS]),
        "item_count": len(check.items),
    }
