"""``audit``: how differently a run, or anybody's answers, serve groups of people: figures, gaps and verdicts."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.commands.answer import Answer, UsageError, in_words, plain, table
from fmcore.commands.options import command
from fmcore.commands.report import check_place, write_page
from fmcore.records import SPLITS, Json

if TYPE_CHECKING:
    from fmcore.audit.origin import Origin
    from fmcore.audit.records import Audit, Gap, GroupBy, Verdict
    from fmcore.records import Estimate

ABOUT = "Compare how groups of people are served: figures, gaps with intervals, and a verdict against a tolerance set beforehand."
EXAMPLE = """python -m fmcore audit r-0123456789ab --group sex --group age_band --tolerance 0.1
  python -m fmcore audit --predictions answers.csv --target outcome --answer decision --favourable yes --group town --json

A verdict is pass, fail, or not-enough-evidence. No model is needed: anybody's table of targets and answers will do."""


def add_to(commands: Any) -> None:
    parser = command(commands, "audit", _audit, ABOUT, EXAMPLE)
    parser.add_argument("run", nargs="?", metavar="RUN", help="id of a run that is done; each reading of its test rows is counted")
    parser.add_argument("--split", choices=SPLITS[1:], default="test", help="of a run; default: %(default)s")
    table = parser.add_argument_group("a table from elsewhere, instead of a run")
    table.add_argument("--predictions", type=Path, metavar="FILE", help="any file that `data add` reads, one row per answer")
    table.add_argument("--target", metavar="COL", help="the true label")
    table.add_argument("--answer", metavar="COL", help="the answer that was given")
    table.add_argument("--score", metavar="COL", help="score of the favourable answer; columns p_<label> are found without it")
    table.add_argument("--groups", type=Path, metavar="FILE", help="a second table with the group columns, matched by --id")
    table.add_argument("--text", metavar="COL", help="the texts, for --terms")
    table.add_argument("--id", metavar="COL", help="the column that both tables share")
    asked = parser.add_argument_group("what is asked")
    asked.add_argument("--group", action="append", default=[], metavar="COL", help="who belongs to which group; may be given again")
    asked.add_argument(
        "--terms",
        action="append",
        default=[],
        metavar="NAME",
        help="groups by whom the text mentions: gender, religion …; may be given again",
    )
    asked.add_argument("--lexicon", type=Path, metavar="FILE", help="own words for --terms, instead of those that ship or in addition")
    asked.add_argument("--intersections", action="store_true", help="compare combinations of the group columns as well")
    asked.add_argument(
        "--reference",
        action="append",
        default=[],
        metavar="COL=VALUE",
        help="hold every group of a --group column against this one; may be given again; default: the two that lie furthest apart",
    )
    asked.add_argument(
        "--favourable",
        metavar="VALUE",
        help="the answer that people hope for; of two answers one is taken, and told, where this is not given",
    )
    asked.add_argument(
        "--tolerance", type=float, default=0.1, metavar="T", help="widest acceptable difference, 0 to 1; default: %(default)s"
    )
    asked.add_argument(
        "--measure",
        action="append",
        default=[],
        metavar="M",
        help="tpr, fpr, ppv …; may be given again; default: all that can be answered, with verdicts on those that don't repeat each other",
    )
    asked.add_argument("--control", metavar="COL", help="compare only rows that share a value of this column")
    asked.add_argument("--minimum", type=int, metavar="N", help="rows, positives and negatives that a group needs to be compared")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE.html", help="write the audit as one HTML file that needs no network too")
    parser.add_argument("--title", metavar="TEXT", help="what stands at the head of FILE.html; default: whose answers, by which columns")
    asked.add_argument("--seed", type=int, default=0, metavar="N", help="default: %(default)s")


def _audit(args: argparse.Namespace) -> Answer:
    from fmcore.audit import lexicon
    from fmcore.pipeline import audit, audit_tables

    _check(args)
    check_place(args.out)
    spec = _spec(args)
    if args.run:
        words = lexicon.load(args.lexicon) if args.lexicon else None
        found = audit.audit_run(args.run, spec, split=args.split, lexicon=words, how="audit, command line")
        return _answer(found, args, {"run": args.run, "split": args.split})
    columns = {name: getattr(args, name) for name in ("target", "answer", "score", "id", "groups", "text", "lexicon")}
    return _answer(audit_tables.audit_table(args.predictions, spec, **columns), args, {})


def _answer(found: Audit, args: argparse.Namespace, named: dict[str, Json]) -> Answer:
    from fmcore.store import open_store

    origin = open_store().origin(found.id)
    said, text = {**named, **_json(found, origin)}, _text(found)
    if args.out is not None:
        from fmcore.report import audit_file

        said["html"] = write_page(args.out, audit_file.page(found, origin, title=args.title or ""))
        text += f"\n\n{args.out}"
    return Answer(said, text)


def _check(args: argparse.Namespace) -> None:
    if bool(args.run) == bool(args.predictions):
        raise UsageError("Name a run, or a table with --predictions.")
    if args.predictions and not (args.target and args.answer):
        raise UsageError("--predictions needs --target and --answer.")
    of_tables = [f"--{name}" for name in ("target", "answer", "score", "groups", "id", "text") if args.run and getattr(args, name)]
    if of_tables:
        raise UsageError(f"Only --predictions goes with {', '.join(of_tables)}.")
    if args.predictions and bool(args.terms) != bool(args.text):
        raise UsageError("--terms and --text go together for a table.")
    if args.title and not args.out:
        raise UsageError("--title goes with -o.")
    if args.lexicon and not args.terms:
        raise UsageError("--lexicon goes with --terms.")
    if args.groups and not args.id:
        raise UsageError("--groups needs --id.")


def _spec(args: argparse.Namespace) -> Any:
    from fmcore.audit.records import AuditSpec, GroupBy
    from fmcore.audit.terms import column_name

    least = {} if args.minimum is None else dict.fromkeys(("minimum_rows", "minimum_positives", "minimum_negatives"), args.minimum)
    groups = (*(GroupBy(column) for column in args.group), *(GroupBy(column_name(name), kind="terms") for name in args.terms))
    return AuditSpec(
        groups=_with_references(groups, args.reference),
        intersections=args.intersections,
        favourable=args.favourable,
        measures=tuple(args.measure),
        tolerance=args.tolerance,
        control=args.control,
        seed=args.seed,
        **least,
    )


def _with_references(groups: tuple[GroupBy, ...], references: list[str]) -> tuple[GroupBy, ...]:
    chosen: dict[str, str] = {}
    for one in references:
        columns = [by.column for by in groups if one.startswith(f"{by.column}=")]  # a name may hold a = too
        if not groups:
            raise UsageError(f"--reference {one}: name its column with --group as well.")
        if not columns:
            raise UsageError(f"--reference {one}: say COL=VALUE, with a column of --group ({', '.join(by.column for by in groups)}).")
        column = max(columns, key=len)
        if column in chosen:
            raise UsageError(f"--reference is given twice for {column}.")
        chosen[column] = one.removeprefix(f"{column}=")
    return tuple(replace(by, reference=chosen.get(by.column)) for by in groups)


def _json(found: Audit, origin: Origin | None) -> dict[str, Json]:
    from fmcore.report.audit_file import document

    return document(found, origin)


def _text(found: Audit) -> str:
    from fmcore.audit import summary
    from fmcore.report.names import by_title, measure_title

    points = f"{100 * found.spec.tolerance:g}"
    lines = [f"{found.id}: {found.rows:,} answers; accepted: a difference of {points} points"]
    why, same = summary.intervals(found), summary.mirrored(found)
    # what was taken for granted comes first, and once
    said = dict.fromkeys(str(one) for one in (*found.notes, *summary.headline(found), why, same) if one is not None)
    lines += [*map(plain, said), ""]
    lines += _verdicts(found, found.verdicts)
    line = summary.counted_line(found.four_fifths)
    if line is not None:
        lines += [plain(line), "", *_verdicts(found, found.four_fifths)]
    rows = [[measure_title(f.measure), f.label or "", _name({**f.within, **f.group}), _hundred(f.estimate, "%")] for f in found.by_group]
    lines += [table(["measure", "answer", "group", "value"], rows), ""]
    gaps = [
        [
            measure_title(g.measure),
            g.label or "",
            g.kind,
            by_title(g.by) + _within(g.within),
            *_ends(g),
            _hundred(g.estimate, "%" if g.kind == "ratio" else "points"),
        ]
        for g in found.gaps
    ]
    lines += [table(["gap", "answer", "kind", "by", "worst", "best", "value"], gaps), ""]
    return "\n".join(lines)


def _verdicts(audit: Audit, found: Sequence[Verdict]) -> Iterator[str]:
    """Yield each verdict with what it is about; those that have nothing to compare for one and the same reason once."""
    from fmcore.audit import summary
    from fmcore.report.names import question_title

    for alike, why in summary.together(audit, found):
        first = alike[0]
        about = "; ".join(map(question_title, alike)) + (", as a ratio" if first.kind == "ratio" else "")
        yield from (plain(f"{first.verdict.value.upper()}  {about}"), f"  {plain(first.words() if why is None else why)}", "")


def _hundred(found: Estimate, unit: str) -> str:
    """Return a share in percent, or a gap in points, with its interval: what the verdicts speak in."""
    if found.value is None or found.low is None or found.high is None:
        return in_words(found)
    return f"{100 * found.value:.1f} {unit} ({100 * found.low:.1f} to {100 * found.high:.1f}, n = {found.n})"


def _within(group: Mapping[str, str]) -> str:
    from fmcore.audit.naming import stratum

    return f", within {stratum(group)}" if group else ""


def _ends(gap: Gap) -> tuple[str, str]:
    """Return the worst and the best group by their values; where there is nothing to compare the pair that was asked about, or nothing."""
    from fmcore.audit.naming import named

    return tuple(map(named, gap.groups or gap.pair)) or ("", "")  # type: ignore[return-value]


def _name(group: Mapping[str, str]) -> str:
    return ", ".join(f"{column} {value}" for column, value in group.items())
