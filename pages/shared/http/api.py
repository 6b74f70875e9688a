"""Answers by HTTP: ``POST /api/v1/predict`` with an API key. Whatever goes wrong is JSON with one sentence, and never more.

A key opens one run; the model answers in the inference worker, as it does for pages.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fmcore import inference
from fmcore.errors import DataError, FmcoreError, InferenceError
from fmcore.records import to_json
from fmcore.settings import get_settings
from fmcore.store import open_store
from fmcore.store.records import Token
from pages.shared.http.api_about import described, shown
from pages.shared.http.api_rate import Rate
from pages.shared.http.api_read import Refused, read_body, read_texts
from pages.shared.words import _

log = logging.getLogger("fmcommons.pages")
SECONDS = 60
AT_WORK = ThreadPoolExecutor(16, thread_name_prefix="api")  # of its own, so that programs can't keep pages waiting
RATE = Rate()
EVERY = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def api_routes() -> list[Route]:
    """Return the routes of the API: asking, its description for programs and for people, and a sentence for everything else."""
    return [
        Route("/api/v1/predict", _predict, methods=EVERY),
        Route("/api/v1/openapi.json", described),
        Route("/api/v1/docs", shown),
        Route("/api/{rest:path}", _nothing_here, methods=EVERY),
    ]


async def _predict(request: Request) -> Response:
    try:
        return await _answered(request)
    except Refused as refused:
        return _say(refused.status, refused.sentence, refused.headers)
    except ClientDisconnect:
        return Response(status_code=400)
    except FmcoreError as error:
        return _say(422 if isinstance(error, DataError) else 503 if isinstance(error, InferenceError) else 409, _without_places(error))
    except Exception as error:  # a program gets a sentence, the log the rest
        reference = secrets.token_hex(4)
        log.error("reference %s", reference, exc_info=error)
        return _say(500, _("This went wrong on our side. The log holds the details under the reference {n}.").format(n=reference))


async def _answered(request: Request) -> Response:
    if request.method != "POST":
        raise Refused(405, _("Ask with POST. What to send stands at /api/v1/docs."), Allow="POST")
    key = await _in_thread(_key, request.headers.get("authorization", ""))
    wait = RATE.take(key.id, get_settings().api_requests_per_minute)
    if wait:
        sentence = _("This key asks more often than {n} times a minute. Wait {seconds} seconds.")
        sentence = sentence.format(n=get_settings().api_requests_per_minute, seconds=wait)
        raise Refused(429, sentence, Retry_After=str(wait))
    texts = read_texts(await read_body(request))
    found = await _in_thread(lambda: inference.answer(key.run, texts, timeout=SECONDS))
    return JSONResponse({"run": key.run, "answers": to_json(found)}, headers={"Cache-Control": "no-store"})


def _without_places(error: FmcoreError) -> str:
    """Return what went wrong; where it names a file of this machine, that the model can't answer, and the rest goes to the log."""
    if str(get_settings().home) not in str(error):
        return str(error)
    log.warning("%s", error)
    return _("The model can’t answer at the moment: it is gone, was changed, or its process ended. Tell whoever gave you the key.")


def _key(authorization: str) -> Token:
    kind, _space, secret = authorization.partition(" ")
    found = open_store().token_of(secret.strip()) if kind.lower() == "bearer" else None
    if found is None:
        sentence = _("Send a key that is valid: the header Authorization: Bearer KEY. Keys expire and can be revoked.")
        raise Refused(401, sentence, WWW_Authenticate="Bearer")
    return found


async def _in_thread(work: Any, *given: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(AT_WORK, work, *given)


async def _nothing_here(request: Request) -> Response:
    return _say(404, _("There is nothing here. What can be asked stands at /api/v1/docs."))


def _say(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": sentence}, status, headers={"Cache-Control": "no-store", **(headers or {})})
