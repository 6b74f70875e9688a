"""The command line: every page's act has a command. Others' scripts call these, so names and shapes hold.

``--json`` prints one JSON document on standard output and nothing else there; progress goes to standard error. Exit codes: 0 done,
1 a clear error (one sentence on standard error), 2 wrong usage. torch is loaded only by the commands that need it.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import traceback

from fmcore.commands import (
    audit,
    baselines,
    data,
    demo,
    doctor,
    evaluate,
    explain,
    finetune,
    predict,
    processes,
    report,
    runs,
    swaps,
    tokens,
    verify,
)
from fmcore.commands.answer import Answer, UsageError, plain
from fmcore.commands.options import Parser
from fmcore.errors import FmcoreError

ABOUT = """From a file of real text to a trained, measured, recorded model.

  python -m fmcore data add reviews.csv --name reviews --text review --label stars
  python -m fmcore finetune --data reviews --epochs 3
  python -m fmcore evaluate r-0123456789ab
  python -m fmcore predict r-0123456789ab new.csv --text review -o answers.csv"""
NOTES = """Everything lies under FMCORE_HOME (default: data/local). Each command has --help with an example.
Exit codes: 0 done, 1 a clear error, 2 wrong usage. --json prints one JSON document on standard output."""


def parser() -> Parser:
    """Return the parser of the whole command line."""
    whole = Parser(prog="python -m fmcore", description=ABOUT, epilog=NOTES)
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for module in (
        data,
        finetune,
        evaluate,
        audit,
        baselines,
        predict,
        explain,
        swaps,
        report,
        verify,
        runs,
        tokens,
        demo,
        doctor,
        processes,
    ):
        module.add_to(commands)
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal of another encoding shows \u4e2d rather than nothing
            stream.reconfigure(errors="backslashreplace")
    args = parser().parse_args(arguments)
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what libraries print must not get between the answer's lines
            answer: Answer = args.do(args)
        answer.print(as_json=getattr(args, "json", False))
        return answer.exit_code
    except UsageError as error:
        return _say(f"{error} See python -m fmcore {args.command} --help.", 2)
    except FmcoreError as error:
        return _say(str(error), 1)
    except KeyboardInterrupt:
        return _say("Interrupted.", 1)
    except BrokenPipeError:  # the reader of our output left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _say(f"{error.strerror or error}: {error.filename}" if error.filename else str(error), 1)
    except UnicodeEncodeError:  # bytes in an argument that the system could not read as text
        return _say("An argument holds characters that are no text in UTF-8. Type it again.", 2)
    except MemoryError:
        return _say("The machine ran out of memory.", 1)
    except Exception as error:
        if os.environ.get("FMCORE_TRACEBACK") or args.command in processes.NAMES:  # those write into a log
            traceback.print_exc()
        return _say(f"This broke off with an error that nobody expected ({type(error).__name__}). FMCORE_TRACEBACK=1 shows its details.", 1)


def _say(sentence: str, exit_code: int) -> int:
    print(" ".join(plain(sentence).split()), file=sys.stderr)
    return exit_code
