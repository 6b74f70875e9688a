"""Parsers that teach, and options grown from the same settings models as the forms, so that neither can drift."""

from __future__ import annotations

import argparse
import difflib
import sys
import types
import typing
from collections.abc import Callable
from typing import Any, NoReturn

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from fmcore.bounds import KINDS, shown, takes
from fmcore.commands.answer import plain
from fmcore.records import Json


class Parser(argparse.ArgumentParser):
    """A parser whose help keeps its line breaks and whose error is one line with exit code 2."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False, **options})
        for kind in (int, float):
            self.register("type", kind, _number(kind))

    def error(self, message: str) -> NoReturn:
        said = " ".join(plain(message).split())
        print(f"{self.prog}: {said}{'' if said.endswith('?') else '.'} See {self.prog} --help.", file=sys.stderr)
        sys.exit(2)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if isinstance(action, argparse._SubParsersAction) and value not in action.choices:
            raise argparse.ArgumentError(None, _unknown(action, value))
        super()._check_value(action, value)


def _unknown(commands: argparse._SubParsersAction[Any], name: str) -> str:
    """Return that there is no such command, and which were meant perhaps: alike, or acts of another one."""
    places: dict[str, list[str]] = {}
    for one, parser in commands.choices.items():
        places.setdefault(one, []).append(one)
        for acts in parser._actions if isinstance(parser, Parser) else ():
            for act in acts.choices if isinstance(acts, argparse._SubParsersAction) else ():
                places.setdefault(act, []).append(f"{one} {act}")
    meant = [place for word in difflib.get_close_matches(name, places, n=2, cutoff=0.7) for place in places[word]]
    what = f"there is no {str(commands.metavar or 'command').lower()} {shown(name)}"
    return f"{what}; did you mean {' or '.join(meant)}?" if meant else f"{what}. There are: {', '.join(commands.choices)}"


def _number(kind: type[int] | type[float]) -> Callable[[str], int | float]:
    def read(text: str) -> int | float:
        try:
            return kind(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"takes {KINDS[kind]} (found {shown(text)})") from error

    return read


def command(
    commands: Any, name: str, do: Callable[[argparse.Namespace], Any], about: str, example: str, *, has_json: bool = True
) -> Parser:
    """Return the parser of a new command; ``about`` is one line, ``example`` is what a person would type."""
    parser = commands.add_parser(name, help=about, description=about, epilog=f"Example:\n  {example}" if example else None)
    parser.set_defaults(do=do)
    if has_json:
        parser.add_argument("--json", action="store_true", help="print one JSON document on standard output")
    return parser


def add_settings(parser: argparse.ArgumentParser, model: type[BaseModel]) -> None:
    """Add one option per field of the settings model: ``learning_rate`` becomes ``--learning-rate``."""
    titles = {"short": "settings", "full": "more settings"}
    groups = {group: parser.add_argument_group(title) for group, title in titles.items()}
    for name, field in model.model_fields.items():
        extra = typing.cast(dict[str, Any], field.json_schema_extra or {})
        choices = _choices(field)
        groups[extra.get("group", "full")].add_argument(
            option(name),
            dest=f"set_{name}",
            default=argparse.SUPPRESS,
            type=reader(field),
            metavar="{" + ",".join(choices) + "}" if choices else _metavar(field, extra),
            help=_help(field),
        )


def given(args: argparse.Namespace) -> dict[str, Json]:
    """Return the settings that were given, by field name."""
    return {name.removeprefix("set_"): value for name, value in vars(args).items() if name.startswith("set_")}


def option(name: str) -> str:
    return "--" + name.replace("_", "-")


def reader(field: FieldInfo) -> Callable[[str], Any]:
    """Return what reads an option that is a field of a settings model, or says what that takes."""
    kind = TypeAdapter(typing.Annotated[field.annotation, field])
    may_be_none = type(None) in typing.get_args(field.annotation)

    def read(text: str) -> Any:
        if may_be_none and text.lower() == "none":
            return None
        try:
            return kind.validate_python(text)
        except ValidationError as error:
            raise argparse.ArgumentTypeError(f"takes {takes(field)} (found {shown(text)})") from error

    return read


def _choices(field: FieldInfo) -> list[str]:
    return [str(c) for c in typing.get_args(field.annotation)] if typing.get_origin(field.annotation) is typing.Literal else []


def _metavar(field: FieldInfo, extra: dict[str, Any]) -> str:
    kind = field.annotation
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kind = typing.get_args(kind)[0]
    return str(extra.get("unit") or {int: "n", float: "x"}.get(kind, "value")).upper()  # type: ignore[arg-type]


def _help(field: FieldInfo) -> str:
    default = "the base model's own" if field.default is None else field.default
    return f"{field.description} Default: {default}.".replace("%", "%%")


def one_run(acts: Any, name: str, do: Any, about: str, options: str = "") -> Parser:
    """Return the parser of an act of ``runs`` on one run."""
    parser = command(acts, name, do, about, f"python -m fmcore runs {name} r-0123456789ab {options}".rstrip())
    parser.add_argument("run", metavar="RUN", help="id of a run")
    return parser
