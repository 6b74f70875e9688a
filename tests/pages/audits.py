"""Tables of answers whose rates one can work out by hand, and the Audit page opened about them."""

from __future__ import annotations

import io

import pandas as pd
from streamlit.testing.v1 import AppTest

from pages.shared import uploads
from tests.pages import history

PAGE = "3_judge/audit"
HARM = {"decision": "burden", "alarm": "nobody", "fair": "yes", "miss": "person"}
"""What somebody says who is asked to compare true positive rates."""


def rows(group: str, hits: int, misses: int, alarms: int, rejections: int, **more: object) -> list[dict[str, object]]:
    kinds = (("yes", "yes", hits), ("yes", "no", misses), ("no", "yes", alarms), ("no", "no", rejections))
    return [{"target": target, "answer": answer, "sex": group, **more} for target, answer, n in kinds for _ in range(n)]


def unequal() -> pd.DataFrame:
    """80 of 100 women who should get yes get it, and 20 of 100 men; 10 of 50 get it wrongly, whoever they are."""
    return pd.DataFrame(rows("women", 80, 20, 10, 40) + rows("men", 20, 80, 10, 40))


def upload(frame: pd.DataFrame, name: str = "answers.csv") -> str:
    out = io.BytesIO()
    frame.to_csv(out, index=False)
    return uploads.keep(name, out.getvalue())


def about(frame: pd.DataFrame, **address: str) -> AppTest:
    """Return the page about a table; 10 points are accepted where the address says nothing else."""
    return history.app(PAGE, **{"from": "table", "file-answers": upload(frame), "tolerance": "10", **address})


def pick(page: AppTest, label: str, value: str) -> None:
    next(box for box in page.selectbox if box.label == label).select(value).run()


def told(page: AppTest) -> str:
    return history.words(page).replace("\\", "").replace("\u2060", "")


def make(page: AppTest) -> AppTest:
    page.button(key="make-audit").click().run()
    assert not page.exception and not page.error, told(page)
    return page
