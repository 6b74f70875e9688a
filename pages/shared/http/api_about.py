"""What the API says of itself: an OpenAPI document for programs, and a page for people that needs no script and no other host."""

from __future__ import annotations

import html
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

import fmcore
from fmcore.settings import get_settings
from pages.shared.words import _

STATUS = {
    "400": "The body is not JSON.",
    "401": "The key is missing, unknown, expired or revoked.",
    "405": "Not asked with POST.",
    "409": "The run or its model is gone, or is not the one that was trained.",
    "413": "Too large, or too many texts at once.",
    "422": "A text is empty or too long, or a pair is needed.",
    "429": "The key asks too often; Retry-After says how many seconds to wait.",
    "500": "It went wrong on this side; the sentence holds a reference into the log.",
    "503": "The model did not answer in time.",
}
LOCKED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
STYLE = """:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1, h2 { font-family: Georgia, serif; line-height: 1.25 } pre { white-space: pre-wrap; overflow-wrap: anywhere;
padding: .8rem 1rem; border: 1px solid #8886;
border-radius: .6rem; background: #8881 } table { border-collapse: collapse } td { padding: .2rem 1rem .2rem 0; vertical-align: top }"""


async def described(request: Request) -> Response:
    """Return the OpenAPI description."""
    return JSONResponse(openapi())


async def shown(request: Request) -> Response:
    """Return the same as a page."""
    return HTMLResponse(page(str(request.base_url).rstrip("/")), headers={"Content-Security-Policy": LOCKED})


def openapi() -> dict[str, Any]:
    """Return the API in OpenAPI 3.1."""
    text = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}]}
    share = {"type": "number", "minimum": 0, "maximum": 1}
    answer = {
        "label": {"type": "string"},
        "confidence": {**share, "description": "The score of the label."},
        "scores": {"type": "object", "additionalProperties": share, "description": "Label → probability; they sum to 1."},
        "tokens": {"type": "integer", "description": "Tokens that the model read."},
        "cut": {"type": "boolean", "description": "The text was longer than the model reads; its end was not read."},
        "calibrated": {"type": "boolean", "description": "Probabilities stand at the temperature fitted on validation."},
    }
    texts = {"type": "array", "items": text, "minItems": 1, "description": "Texts, or pairs where the model reads pairs."}
    found = {"run": {"type": "string"}, "answers": {"type": "array", "items": {"$ref": "#/components/schemas/Answer"}}}
    refusals = {status: {"description": about, **_json("Error")} for status, about in STATUS.items()}
    predict = {
        "operationId": "predict",
        "summary": "Ask the model of the run that the key opens.",
        "security": [{"key": []}],
        "requestBody": {"required": True, **_json("Question")},
        "responses": {"200": {"description": "One answer per text, in their order.", **_json("Answers")}, **refusals},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "FM Commons", "version": fmcore.__version__},
        "paths": {"/api/v1/predict": {"post": predict}},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Question": _object({"texts": texts}),
                "Answer": _object(answer),
                "Answers": _object(found),
                "Error": _object({"error": {"type": "string", "description": "One sentence: what was found, what to do."}}),
            },
        },
    }


def _json(schema: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def page(address: str) -> str:
    """Return the page for people; ``address`` is where this server was asked."""
    call = f"""curl {address}/api/v1/predict \\
  -H "Authorization: Bearer $KEY" \\
  -d '{{"texts": ["Where is my card?"]}}'"""
    reply = {"label": "card", "confidence": 0.9, "scores": {"card": 0.9, "loan": 0.1}, "tokens": 7, "cut": False, "calibrated": True}
    shown_reply = html.escape(json.dumps({"run": "r-…", "answers": [reply]}, indent=2, ensure_ascii=False))
    refused = "".join(f"<tr><td>{status}</td><td>{html.escape(_(about))}</td></tr>" for status, about in STATUS.items())
    most = _("A key may ask {n} times a minute, and send {kb} KB at once.")
    most = most.format(n=get_settings().api_requests_per_minute, kb=get_settings().api_body_kb)
    parts = [
        f"<h1>{html.escape(_('Ask a model by HTTP'))}</h1>",
        f"<p>{html.escape(_('An API key opens the model of one run. Its secret is shown once, when it is made:'))}</p>",
        "<pre>python -m fmcore tokens add RUN --name NAME</pre>",
        f"<h2>{html.escape(_('Question'))}</h2><pre>{html.escape(call)}</pre>",
        f"<h2>{html.escape(_('Answer'))}</h2><pre>{shown_reply}</pre>",
        f"<h2>{html.escape(_('When it can not be answered'))}</h2><table>{refused}</table><p>{html.escape(most)}</p>",
        f'<p><a href="openapi.json">{html.escape(_("The same for programs (OpenAPI)"))}</a></p>',
    ]
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>FM Commons API</title>'
    return f"<!doctype html><html lang=en><head>{head}<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>"
