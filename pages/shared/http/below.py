"""Addresses below a page, such as /report/r-01: there is nothing, and Streamlit would answer with an empty page. They lead to the front."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route


def below_a_page() -> Route:
    """Return the route of every address of two parts and more that is none of the server's own."""
    register_url_convertor("below_a_page", _Below())
    return Route("/{address:below_a_page}", _to_the_front)


class _Below(Convertor[str]):
    regex = r"(?!(?:static|media|component|app|auth|api)/)(?!.*_stcore)[^/]+/+[^/].*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


async def _to_the_front(request: Request) -> Response:
    up = "/".join([".."] * request.path_params["address"].count("/"))  # not "/": a proxy may have put all of it below a folder
    return RedirectResponse(f"{up}/", headers={"Cache-Control": "no-cache"})
