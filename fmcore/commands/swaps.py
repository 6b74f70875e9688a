"""``swaps``: same sentence, another person: how often and how far a run's answers move."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore import jobs
from fmcore.commands import waiting
from fmcore.commands.answer import Answer, UsageError, in_words, plain, table
from fmcore.commands.options import command, option, reader
from fmcore.pipeline.swap_settings import SwapSettings
from fmcore.records import SPLITS, Run, Status
from fmcore.store import open_store

if TYPE_CHECKING:
    from fmcore.audit.swaps import SwapAudit

ABOUT = "Swap names, pronouns and identity terms in sentences, grammar kept, and see how often and how far the answers move."
EXAMPLE = """python -m fmcore swaps r-0123456789ab --favourable approve --templates
  python -m fmcore swaps r-0123456789ab --pairs pairs.csv --before text --after text_swapped --json

A verdict is pass, fail, or not-enough-evidence. A lexicon is a TOML file as in fmcore/audit/lexicons/."""
_WHOLE_LIST = 12


def add_to(commands: Any) -> None:
    parser = command(commands, "swaps", _swaps, ABOUT, EXAMPLE)
    parser.add_argument("run", metavar="RUN", help="id of a fine-tuned run that is done, or of a swap test to show again")
    asked = parser.add_argument_group("what is asked")
    asked.add_argument("--lexicon", type=Path, metavar="FILE", help="own words, instead of those that ship or in addition")
    asked.add_argument("--templates", action="store_true", help="ask neutral sentences of ours as well as those of the data")
    asked.add_argument("--no-own-sentences", action="store_true", help="ask the templates only")
    asked.add_argument(
        "--category", action="append", default=[], metavar="NAME", help="gender, religion …; may be given again; default: all"
    )
    asked.add_argument("--split", choices=SPLITS, default="test", help="whose sentences; default: %(default)s, which counts a look")
    _setting(asked, "rows", "N", "most pairs from the data or a table")
    _setting(asked, "seed", "N", "decides which are drawn")
    asked.add_argument("--favourable", metavar="VALUE", help="the answer that people hope for")
    _setting(asked, "tolerance", "T", "the most that is acceptable, 0 to 1")
    own = parser.add_argument_group("pairs from elsewhere")
    own.add_argument(
        "--pairs", type=Path, metavar="FILE", help="any file that `data add` reads; columns category, from, to are used if there"
    )
    own.add_argument("--before", metavar="COL", help="the text before the swap")
    own.add_argument("--after", metavar="COL", help="the text after it")
    parser.add_argument("--detach", action="store_true", help="do not wait; ask again later for the answer")


def _setting(parser: Any, name: str, metavar: str, about: str) -> None:
    """Add an option whose bounds and default are those of the settings model."""
    field = SwapSettings.model_fields[name]
    parser.add_argument(option(name), type=reader(field), default=field.default, metavar=metavar, help=f"{about}; default: %(default)s")


def _swaps(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline import swaps

    _check(args)
    test = open_store().run(args.run)
    if test.spec.stage != swaps.STAGE:
        test = _start(args)
        jobs.ensure_supervisor()
        test = open_store().run(test.id) if args.detach else waiting.wait(test.id)
        if args.detach and not test.status.is_final:
            found = {"run": args.run, "swaps": test.id, "status": test.status.value}
            return Answer(found, f"{test.id} is {test.status.value}. Ask again: python -m fmcore swaps {test.id}")
    if test.status.is_final and test.status is not Status.DONE:
        return Answer(_head(test), "", 1, str(test.message or f"{test.id} is {test.status.value}."))
    shown = swaps.result(test.id, how="swaps, command line")
    return Answer({**_head(test), **shown.to_json()}, _text(test, shown))


def _head(test: Run) -> dict[str, Any]:
    return {"run": test.parents[0], "swaps": test.id, "status": test.status.value}


def _check(args: argparse.Namespace) -> None:
    if args.pairs and not (args.before and args.after):
        raise UsageError("--pairs needs --before and --after.")
    if not args.pairs and (args.before or args.after):
        raise UsageError("--before and --after go with --pairs.")
    with_pairs = [name for name in ("lexicon", "templates", "no_own_sentences", "category") if args.pairs and getattr(args, name)]
    if with_pairs:
        raise UsageError(f"--pairs brings its own texts; leave --{with_pairs[0].replace('_', '-')} away.")
    if args.no_own_sentences and not args.templates:
        raise UsageError("--no-own-sentences leaves nothing to ask without --templates.")


def _start(args: argparse.Namespace) -> Run:
    from fmcore.audit import lexicon
    from fmcore.data.read import read_table
    from fmcore.pipeline import swaps

    settings = swaps.read_settings(
        {
            "rows": args.rows,
            "seed": args.seed,
            "split": args.split,
            "in_place": not args.no_own_sentences,
            "templates": args.templates,
            "categories": ", ".join(args.category),
            "favourable": args.favourable,
            "tolerance": args.tolerance,
        }
    )
    words = lexicon.load(args.lexicon) if args.lexicon else None
    brought = read_table(args.pairs).frame if args.pairs else None
    return swaps.start(args.run, settings, lexicon=words, table=brought, before=args.before, after=args.after)


def _text(test: Run, found: SwapAudit) -> str:
    lines = [f"{test.id}: {found.pairs:,} swaps of {found.sentences:,} sentences; accepted: {found.spec.tolerance:g}", ""]
    lines += [f"{verdict.upper()}  {plain(category)}" for category, verdict in found.by_category.items()] + [""]
    lines += [f"{verdict.verdict.value.upper()}  {plain(verdict.sentence)}" for verdict in found.verdicts[: 3 * _WHOLE_LIST]]
    if len(found.verdicts) > 3 * _WHOLE_LIST:
        lines.append(f"… and {len(found.verdicts) - 3 * _WHOLE_LIST} more; --json has all")
    whole = [[f.category, f.measure, in_words(f.estimate)] for f in found.figures if not f.groups]
    lines += ["", table(["category", "measure", "value"], whole), ""]
    lines += [plain(one.sentence) for one in found.left_out[:_WHOLE_LIST]]
    if len(found.left_out) > _WHOLE_LIST:
        lines.append(f"… and {len(found.left_out) - _WHOLE_LIST} more pairs of groups with too few sentences")
    lines += ["", *(plain(note) for note in found.notes), "", "Farthest:"]
    for moved in found.worst[:_WHOLE_LIST]:
        lines.append(
            f"{moved.move:+.3f}  {_name(moved.groups[0])} → {_name(moved.groups[1])}  {moved.answer_before} → {moved.answer_after}"
        )
        lines += [f"  - {plain(moved.before)[:300]}", f"  + {plain(moved.after)[:300]}"]
    return "\n".join(lines)


def _name(group: Mapping[str, str]) -> str:
    return plain(", ".join(group.values()))
