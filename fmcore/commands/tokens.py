"""``tokens add | list | revoke``: API keys, each of which lets a program ask one run's model by HTTP."""

from __future__ import annotations

import argparse
from typing import Any

from fmcore.commands.answer import Answer, plain, table
from fmcore.commands.options import command
from fmcore.pipeline.runs import require_done, require_finetuned
from fmcore.records import Json, to_json
from fmcore.settings import get_settings
from fmcore.store import open_store
from fmcore.store.records import Token

DAYS = 30


def add_to(commands: Any) -> None:
    about = "Make, list and revoke API keys: each lets a program ask one run's model by HTTP (POST /api/v1/predict)."
    parser = commands.add_parser("tokens", help="make, list and revoke API keys", description=about)
    acts = parser.add_subparsers(title="acts", metavar="ACT", dest="act", required=True)
    add = command(
        acts, "add", _add, "Make a key; its secret is shown once and not stored.", "python -m fmcore tokens add r-01 --name billing"
    )
    add.add_argument("run", metavar="RUN", help="id of a run that is done")
    add.add_argument("--name", required=True, help="what the key is for")
    add.add_argument("--days", type=int, default=DAYS, metavar="N", help="how long it opens; default: %(default)s")
    listed = command(acts, "list", _list, "List a run's keys, without their secrets.", "python -m fmcore tokens list r-01")
    listed.add_argument("run", metavar="RUN", help="id of a run")
    revoke = command(acts, "revoke", _revoke, "Take a key back for good.", "python -m fmcore tokens revoke t-0123456789ab")
    revoke.add_argument("token", metavar="TOKEN", help="id of a key, as `tokens list` shows it")


def _add(args: argparse.Namespace) -> Answer:
    require_finetuned(require_done(args.run, "ask"), "ask")
    secret, token = open_store().add_token(args.run, args.name, get_settings().who, args.days)
    text = f"{secret}\nThis secret is shown only now. It opens {token.run} until {token.expires[:10]}; its id is {token.id}."
    return Answer({**_shown(token), "secret": secret}, text)


def _list(args: argparse.Namespace) -> Answer:
    store = open_store()
    tokens = store.tokens(store.run(args.run).id)
    rows = [[token.id, token.name, token.who, token.expires[:10], (token.revoked or "")[:10]] for token in tokens]
    text = table(("token", "name", "made by", "expires", "revoked"), rows) if rows else f"{plain(args.run)} has no keys."
    return Answer({"run": args.run, "tokens": [_shown(token) for token in tokens]}, text)


def _revoke(args: argparse.Namespace) -> Answer:
    open_store().revoke_token(args.token, get_settings().who)
    return Answer({"token": args.token, "revoked": True}, f"{plain(args.token)} opens nothing any more.")


def _shown(token: Token) -> dict[str, Json]:
    found = to_json(token)
    return {"token": found.pop("id"), **found}
