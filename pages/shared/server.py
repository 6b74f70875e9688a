"""Two rough edges of Streamlit's server, taken off before the first visitor. tests/browser/test_tour.py watches both."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

NOT_HERE = 300
"""Not a success, so the browser looks further up; not an error either, so its console stays empty."""


def skip_pages_folder() -> None:
    """Say before the first visit what the first call of ``st.navigation`` says: that pages/ is not Streamlit's older kind of app.

    Otherwise the first visitor after a start who comes by a deep link reads "Page not found" over the right page.
    """
    PagesManager.uses_pages_directory = False


def routes() -> list[Route]:
    """Return answers for the places where a browser on /report looks for the server first: /report/_stcore/health and its neighbour."""
    return [Route(f"/{{page}}/_stcore/{probe}", _not_here) for probe in ("health", "host-config")]


async def _not_here(request: Request) -> Response:
    return Response(status_code=NOT_HERE)
