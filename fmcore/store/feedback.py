"""What people said of a model's answers: the text they tried, the answer they got, whether it was wrong and what would be right.

Never changed. It goes with its run, since it holds people's own words.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.records import from_json, say, to_json
from fmcore.store.part import Part, note, now, number_of
from fmcore.store.records import Feedback
from fmcore.store.tables import feedback, runs

LONGEST = 250_000
"""Characters of all that one feedback holds: two texts as long as a page takes, and a comment."""


class Feedbacks(Part):
    def add_feedback(
        self, run: str, text: str, *, answer: str, scores: Mapping[str, float], wrong: bool, who: str,
        right: str | None = None, comment: str = "", pair: str | None = None, link: str | None = None,
    ) -> Feedback:  # fmt: skip
        """Return what was kept.

        Raises:
            StoreError: there is no such run, or it is longer than 250,000 characters in all.
        """
        size = sum(len(part or "") for part in (text, pair, right, comment))
        if size > LONGEST:
            raise StoreError("Feedback takes up to {most} characters in all; found {n}.", most=LONGEST, n=size)
        id = f"f-{uuid.uuid4().hex[:12]}"
        kept = Feedback(id, run, text, pair, answer, dict(scores), wrong, right, comment, who, now(), link)
        with self.engine.write() as connection:
            row = {"id": id, "run": number_of(connection, run), "link": link, "wrong": wrong, "at": kept.when, "content": _dump(kept)}
            connection.execute(feedback.insert().values(row))
            sentence = say("Said that an answer is wrong.") if wrong else say("Said that an answer is right.")
            note(connection, "feedback-added", [id, run], sentence, who=who)
        return kept

    def feedback(
        self, run: str, *, wrong: bool | None = None, link: str | None = None, offset: int = 0, limit: int = 100
    ) -> list[Feedback]:
        """Return what was said of a run's answers, the newest first; of the wrong ones, or through one link, when asked."""
        query = sa.select(feedback.c.content).where(*_where(run, wrong, link)).order_by(feedback.c.number.desc())
        with self.engine.read() as connection:
            found = connection.execute(query.join(runs, runs.c.number == feedback.c.run).offset(offset).limit(limit)).scalars()
            return [from_json(Feedback, json.loads(content)) for content in found]

    def count_feedback(self, run: str, *, wrong: bool | None = None, link: str | None = None) -> int:
        """Return how many :meth:`feedback` would give without a limit."""
        query = sa.select(sa.func.count()).select_from(feedback.join(runs, runs.c.number == feedback.c.run))
        with self.engine.read() as connection:
            return connection.execute(query.where(*_where(run, wrong, link))).scalar_one()


def _where(run: str, wrong: bool | None, link: str | None) -> list[sa.ColumnElement[bool]]:
    conditions = [runs.c.id == run]
    if wrong is not None:
        conditions.append(feedback.c.wrong.is_(wrong))
    if link is not None:
        conditions.append(feedback.c.link == link)
    return conditions


def _dump(kept: Feedback) -> str:
    # ASCII, so that whatever a person typed, half a surrogate pair and a zero byte included, is text that every database holds.
    return json.dumps(to_json(kept))
