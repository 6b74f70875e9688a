"""What happens once: before the first visitor two rough edges of Streamlit's server are taken off and unfinished runs go on, and after
the first page the others are made ready.

tests/browser/test_tour.py watches the first two, tests/pages/test_server.py the rest.
"""

from __future__ import annotations

import functools
import importlib
import logging
import pkgutil
import threading
import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from fmcore import jobs
from fmcore.errors import FmcoreError
from fmcore.store import open_store
from pages.shared.http.api import api_routes
from pages.shared.http.below import below_a_page

log = logging.getLogger("fmcommons.pages")

LOOK_SECONDS = 10.0
"""Between two looks at whether somebody works on what waits."""
NOT_HERE = 300
"""Not a success, so the browser looks further up; not an error either, so its console stays empty."""


def skip_pages_folder() -> None:
    """Say before the first visit what the first call of ``st.navigation`` says: that pages/ is not Streamlit's older kind of app.

    Otherwise the first visitor after a start who comes by a deep link reads "Page not found" over the right page.
    """
    PagesManager.uses_pages_directory = False


def wake_jobs() -> None:
    """See to it that runs which wait, or which died with the machine, go on without anybody asking. An empty store starts nothing."""
    try:
        store = open_store()
        if store.running() or store.queue():
            jobs.ensure_supervisor()
    except FmcoreError as error:  # the pages open all the same and say it where it matters
        log.error("%s", error)


def keep_jobs_going() -> threading.Thread:
    """Look at once and again and again as long as the server runs: a supervisor may be killed while nobody starts or submits anything."""

    def look() -> None:
        while True:
            wake_jobs()
            time.sleep(LOOK_SECONDS)

    looking = threading.Thread(target=look, name="keep jobs going", daemon=True)
    looking.start()
    return looking


@functools.cache
def warm() -> threading.Thread:
    """Load what the other pages are made of while the first one is read: pandas, plotly and the like cost a first visit as much as three
    later ones. Once, and not sooner, because the first page would wait for it.
    """
    loading = threading.Thread(target=_load, name="warm", daemon=True)
    loading.start()
    return loading


def _load() -> None:
    import pages.shared

    for found in pkgutil.walk_packages(pages.shared.__path__, "pages.shared."):
        importlib.import_module(found.name)


def routes() -> list[Route]:
    """Return the API; answers for the places where a browser on /report looks for the server first, /report/_stcore/health …; and the way
    back from addresses below a page.
    """
    probes = (Route(f"/{{page}}/_stcore/{probe}", _not_here) for probe in ("health", "host-config"))
    return [*api_routes(), *probes, below_a_page()]


async def _not_here(request: Request) -> Response:
    return Response(status_code=NOT_HERE)
