"""When and where runs are executed: processes of their own, started and found again by one supervisor per home folder.

Pages and commands need four verbs: :func:`ensure_supervisor` after anything was submitted, :func:`stop`, :func:`resume`, and
:mod:`fmcore.jobs.estimate`. What a run does is :mod:`fmcore.pipeline.execute`'s business.
"""

from fmcore.jobs.control import ensure_supervisor, resume, stop, submit

__all__ = ["ensure_supervisor", "resume", "stop", "submit"]
