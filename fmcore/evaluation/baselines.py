"""What a foundation model has to beat: the most frequent label, word counts, its own frozen encoder, and itself before tuning.

Each is fitted on the training rows; where there is something to choose (how strongly weights are held back), the validation rows choose.
scikit-learn and torch come in when :func:`fit` is called. Knows neither runs nor stores.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from fmcore.data.lengths import without_spaces
from fmcore.data.split import part
from fmcore.errors import ModelError, TrainingError
from fmcore.evaluation import costs
from fmcore.models import weights
from fmcore.models.config import max_length
from fmcore.records import Dataset, Sentence, say
from fmcore.settings import get_settings
from fmcore.stats.counts import confusion
from fmcore.stats.metrics import METRICS
from fmcore.tasks import get_task

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 64
NEVER_SEEN = 1e-9
"""Probability of a label that the training rows do not hold: not 0, because the loss of one such item would drown all others."""
WORDS = {"ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b", "sublinear_tf": True, "max_features": 200_000}
LETTERS = {"analyzer": "char", "ngram_range": (1, 3), "sublinear_tf": True, "max_features": 200_000}
"""For scripts without spaces, where a "word" would be a whole sentence."""
HOLDS = {"tfidf": (1.0, 10.0, 100.0), "probe": (0.01, 0.1, 1.0, 10.0)}
"""Inverse strengths of the penalty that validation chooses from; without validation rows the one in the middle is taken."""


@dataclass(frozen=True)
class Kind:
    """One kind of baseline."""

    title: str
    about: str
    needs_base: bool
    """Whether it answers with the foundation model, so that it differs from base to base."""


KINDS: Mapping[str, Kind] = {
    "majority": Kind("Most frequent label", "Always gives the label that most training rows have.", False),
    "tfidf": Kind("TF-IDF + logistic regression", "Counts words and pairs of words; knows no order and no meaning.", False),
    "probe": Kind("Frozen encoder + linear probe", "The base model as it came; only a linear layer on top is fitted.", True),
    "untuned": Kind("Untuned model", "The base model's own answers, before any training here.", True),
}


class BaselineSettings(BaseModel):
    """Settings of one baseline run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["majority", "tfidf", "probe", "untuned"] = Field(title="Baseline", description="What answers.")
    max_length: int | None = Field(None, title="Longest text", description="Tokens at which texts are cut; none for word counts.")
    train_share: float = Field(1.0, title="Share of the training rows", description="As in the run that it is compared with.", gt=0, le=1)
    seed: int = Field(0, title="Seed", description="Decides which rows a share holds.")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", title="Device", description="Where the encoder works.")


@dataclass(frozen=True)
class Fitted:
    """A baseline that can answer."""

    answer: Callable[[pd.DataFrame], np.ndarray]
    """Rows → probabilities, float64 (n, labels)."""
    n_train: int
    cost: Mapping[str, float]
    """``training-seconds`` (choosing included), ``parameters``, ``megabytes``."""
    device: str = "cpu"


def untuned_reason(folder: Path, labels: Sequence[str]) -> Sentence | None:
    """Return why the base model in this folder can't answer without training, or None when it can.

    Raises:
        ModelError: its config can't be read.
    """
    config = weights.read_json(folder / "config.json")
    if not any(str(name).endswith("ForSequenceClassification") for name in config.get("architectures") or ()):
        return say("Untuned, the base model has no head that gives labels.")
    own = _own_labels(config)
    if sorted(map(_plain, own)) != sorted(map(_plain, labels)):
        return say("Untuned, the base model answers with other labels ({labels}).", labels=", ".join(own[:6])[:200])
    return None


def fit(
    settings: BaselineSettings,
    *,
    dataset: Dataset,
    frame: pd.DataFrame,
    base: Path | None,
    should_stop: Callable[[], bool] = lambda: False,
    log: Callable[[str], None] = lambda line: None,
) -> Fitted | None:
    """Return the fitted baseline, or None when it was asked to stop. ``frame`` holds all rows with ``fmc_split``.

    ``base`` is the base model's folder, for the kinds that need it.

    Raises:
        TrainingError: there are no training rows.
        ModelError: the base model can't answer.
    """
    rows = frame[frame["fmc_split"] == "train"]
    if settings.train_share < 1 and len(rows):
        rows = rows[part(rows, dataset.columns, share=settings.train_share, seed=settings.seed)]
    if rows.empty:
        raise TrainingError("The data set has no training rows. Split it anew.")
    validation = frame[frame["fmc_split"] == "validation"]
    began = time.perf_counter()
    fitted = _FIT[settings.kind](_Work(settings, dataset, rows, validation, base, should_stop, log))
    if fitted is None:
        return None
    seconds = time.perf_counter() - began
    return Fitted(fitted.answer, len(rows), {"training-seconds": seconds, **fitted.cost}, fitted.device)


@dataclass(frozen=True)
class _Work:
    settings: BaselineSettings
    dataset: Dataset
    train: pd.DataFrame
    validation: pd.DataFrame
    base: Path | None
    should_stop: Callable[[], bool]
    log: Callable[[str], None]

    def targets(self, rows: pd.DataFrame) -> np.ndarray:
        place = {label: index for index, label in enumerate(self.dataset.labels)}
        return np.array([place[label] for label in rows[self.dataset.columns.label]], np.int64)


def _majority(work: _Work) -> Fitted:
    size = len(work.dataset.labels)
    shares = np.maximum(np.bincount(work.targets(work.train), minlength=size) / len(work.train), NEVER_SEEN)
    shares /= shares.sum()
    return Fitted(lambda rows: np.tile(shares, (len(rows), 1)), 0, {"parameters": size, "megabytes": 8 * size / 1e6})


def _tfidf(work: _Work) -> Fitted | None:
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    names = [name for name in (work.dataset.columns.text, work.dataset.columns.text_pair) if name is not None]
    texts = {name: _texts(work.train, name) for name in names}
    letters = sum(sum(map(without_spaces, found)) for found in texts.values())
    options = LETTERS if letters > 0.3 * sum(sum(map(len, found)) for found in texts.values()) else WORDS
    counters = {name: TfidfVectorizer(**options).fit([*found, "word"]) for name, found in texts.items()}  # never without any word

    def features(rows: pd.DataFrame) -> Any:
        return hstack([counters[name].transform(_texts(rows, name)) for name in names], format="csr")

    head = _head(work, features(work.train), features(work.validation) if len(work.validation) else None)
    if head is None:
        return None
    words = sum(len(word.encode()) for counter in counters.values() for word in counter.vocabulary_)
    numbers = head.size + sum(counter.idf_.size for counter in counters.values())
    return Fitted(lambda rows: head.answer(features(rows)), 0, {"parameters": numbers, "megabytes": (8 * numbers + words) / 1e6})


def _probe(work: _Work) -> Fitted | None:
    folder = _base(work)
    embed, device = _encoder(work, folder, head_of=work.dataset.labels)
    train = embed(work.train)
    middle, spread = train.mean(0), np.maximum(train.std(0), 1e-6)

    def features(rows: pd.DataFrame) -> np.ndarray:
        return (embed(rows) - middle) / spread

    head = _head(work, (train - middle) / spread, features(work.validation) if len(work.validation) else None)
    if head is None:
        return None
    of_base = costs.of_weights(folder)
    cost = {"parameters": of_base["parameters"] + head.size, "megabytes": of_base["megabytes"] + 8 * head.size / 1e6}
    return Fitted(lambda rows: head.answer(features(rows)), 0, cost, device)


def _untuned(work: _Work) -> Fitted:
    from fmcore.training.precision import choose_device

    folder, labels, settings = _base(work), work.dataset.labels, work.settings
    reason = untuned_reason(folder, labels)
    if reason is not None:
        raise ModelError(reason.template, **reason.values)
    task, device = get_task(work.dataset.task), choose_device(settings.device, get_settings().device)
    tokenizer, model = task.load_tokenizer(folder), task.load_trained(folder).to(device)
    config = weights.read_json(folder / "config.json")
    own = [_plain(name) for name in _own_labels(config)]
    order = [own.index(_plain(label)) for label in labels]
    longest = min(settings.max_length or 10**9, max_length(config, model=str(folder)))

    def answer(rows: pd.DataFrame) -> np.ndarray:
        encoded = task.encode(rows, work.dataset.columns, labels, tokenizer, max_length=longest)
        return task.predict(model, encoded, tokenizer, batch_size=AT_ONCE, device=device)[:, order]

    return Fitted(answer, 0, costs.of_weights(folder), device)


def _encoder(work: _Work, folder: Path, *, head_of: Sequence[str]) -> tuple[Callable[[pd.DataFrame], np.ndarray], str]:
    from fmcore.training.precision import choose_device

    task, device = get_task(work.dataset.task), choose_device(work.settings.device, get_settings().device)
    tokenizer = task.load_tokenizer(folder)
    model = task.load_model(folder, head_of, tokenizer).to(device)
    longest = min(work.settings.max_length or 10**9, max_length(weights.read_json(folder / "config.json"), model=str(folder)))

    def embed(rows: pd.DataFrame) -> np.ndarray:
        encoded = task.encode(rows, work.dataset.columns, head_of, tokenizer, max_length=longest)
        return task.embed(model, encoded, tokenizer, batch_size=AT_ONCE, device=device)

    return embed, device


@dataclass(frozen=True)
class _Head:
    answer: Callable[[Any], np.ndarray]
    size: int


def _head(work: _Work, train: Any, validation: Any | None) -> _Head | None:
    """Return a logistic regression on these features, its penalty chosen by macro-F1 on the validation rows; None when asked to stop."""
    from sklearn.linear_model import LogisticRegression

    targets, size = work.targets(work.train), len(work.dataset.labels)
    if len(set(targets.tolist())) < 2:  # a tiny share of the rows may hold one label only
        alone = _majority(work).answer
        return _Head(lambda features: alone(np.zeros(features.shape[0])), size)
    holds = HOLDS[work.settings.kind]
    if validation is None:
        holds = (holds[len(holds) // 2],)
    best, best_score = None, (-np.inf, -np.inf)
    for hold in holds:
        if work.should_stop():
            return None
        model = LogisticRegression(C=hold, max_iter=1000).fit(train, targets)
        head = _Head(_answers(model, size), model.coef_.size + model.intercept_.size)
        score = _score(head.answer(validation), work.targets(work.validation)) if validation is not None else (0.0, 0.0)
        work.log(f"C = {hold:g}: validation macro-F1 {score[0]:.4f}, loss {-score[1]:.4f}")
        if score > best_score:
            best, best_score = head, score
    return best


def _answers(model: Any, size: int) -> Callable[[Any], np.ndarray]:
    def answer(features: Any) -> np.ndarray:
        full = np.full((features.shape[0], size), NEVER_SEEN)
        full[:, model.classes_] = np.maximum(model.predict_proba(features), NEVER_SEEN)
        return full / full.sum(1, keepdims=True)

    return answer


def _score(probabilities: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    table = confusion(targets.tolist(), probabilities.argmax(1).tolist(), list(range(probabilities.shape[1])))
    return float(METRICS["macro-f1"](table)), float(np.log(probabilities[np.arange(len(targets)), targets]).mean())


def _base(work: _Work) -> Path:
    if work.base is None:
        raise ModelError("This baseline needs the base model, and none was given.")
    return work.base


def _own_labels(config: Mapping[str, Any]) -> list[str]:
    named = config.get("id2label") or {}
    return [str(named[key]) for key in sorted(named, key=int)]


def _plain(label: str) -> str:
    return " ".join(label.casefold().split())


def _texts(rows: pd.DataFrame, name: str) -> list[str]:
    return [text if isinstance(text, str) else "" for text in rows[name]]


_FIT: Mapping[str, Callable[[_Work], Fitted | None]] = {"majority": _majority, "tfidf": _tfidf, "probe": _probe, "untuned": _untuned}
