"""What a program sent, read with limits; what can't be read is refused with a status and one sentence."""

from __future__ import annotations

import json

from starlette.requests import Request

from fmcore.settings import get_settings
from pages.shared.words import _

MOST_TEXTS = 2_000


class Refused(Exception):
    """The question is answered with this status and sentence."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


async def read_body(request: Request) -> bytes:
    """Return the body, however slowly or in however many parts it comes.

    Raises:
        Refused: it is larger than FMCORE_API_BODY_KB.
    """
    most, found = get_settings().api_body_kb * 1024, bytearray()
    async for part in request.stream():
        found += part
        if len(found) > most:
            raise Refused(413, _("This is more than {n} kilobytes. Send fewer or shorter texts.").format(n=most // 1024))
    return bytes(found)


def read_texts(body: bytes) -> list[str | tuple[str, str]]:
    """Return the texts that the body asks about.

    Raises:
        Refused: it is no JSON, or not of the form {"texts": [...]}, or too many.
    """
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, _('The body is not JSON. Send {"texts": ["…"]}.')) from error
    texts = asked.get("texts") if isinstance(asked, dict) else None
    if not isinstance(texts, list) or not texts or set(asked) - {"texts"}:
        raise Refused(422, _('The body needs one field, a list of texts: {"texts": ["…"]}.'))
    if len(texts) > MOST_TEXTS:
        raise Refused(413, _("At most {n} texts at once.").format(n=MOST_TEXTS))
    return [tuple(text) if isinstance(text, list) else text for text in texts]
