"""The process that answers is kept ready while the dashboard runs: loading its libraries takes longer than a visitor waits.

Only where a trained model lies on the disk: a dashboard for data alone starts nothing.
"""

from __future__ import annotations

import logging
import threading
import time

from fmcore import inference
from fmcore.errors import FmcoreError
from fmcore.pipeline.runs import folder
from fmcore.records import Status
from fmcore.store import RunQuery, open_store

log = logging.getLogger("fmcommons.pages")

SECONDS = 60.0
"""Between two looks; shorter than the process waits for a question before it leaves."""


def keep_answers_ready() -> None:
    """Start looking, beside the pages, for as long as they are served."""
    threading.Thread(target=_keep, name="answers", daemon=True).start()


def _keep() -> None:
    while True:
        wake_answers()
        time.sleep(SECONDS)


def wake_answers() -> None:
    """See to it that the process runs, if there is anything to ask it. It holds no model until somebody asks."""
    try:
        newest = open_store().runs(RunQuery(status=Status.DONE, stages=("finetune",), limit=1)).runs
        if newest and (folder(newest[0].run.id) / "model").is_dir():
            inference.wake()
    except FmcoreError as error:  # the pages that ask say it where it matters
        log.warning("%s", error)
