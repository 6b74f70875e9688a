"""What explanations look like once they are made. Knows no model and no method; torch-free, so pages and reports read them."""

from __future__ import annotations

from dataclasses import dataclass

from fmcore.records import Estimate, Sentence


@dataclass(frozen=True)
class Attribution:
    """How much each word of one item speaks for one label, in nats of log-odds: ``log p / (1 - p)`` of that label."""

    method: str
    """Id of an explainer."""
    texts: tuple[str, ...]
    """The item, as it was given: escape wherever drawn."""
    label: str
    """Which label the scores speak for (above 0) or against (below 0)."""
    answer: str
    """What the model answered."""
    probability: float
    """Of ``label``."""
    words: tuple[str, ...]
    places: tuple[tuple[int, ...], ...]
    """(which text, start, end) of each word."""
    scores: tuple[float, ...]
    seen: tuple[bool, ...]
    """Whether the model sees the word: not beyond its longest input."""
    elsewhere: float
    """Score of what belongs to no word; 0 where only words are changed."""
    hidden_by: str
    """What stands in place of a hidden word, and so the baseline that scores are counted from."""
    total: float | None = None
    """What words and the rest add up to: log-odds of the text less those of the baseline. None where a method promises no sum."""
    error: float | None = None
    """What the points alone missed of ``total``, as a share of it, before the rest was made good: the completeness error."""
    steps: int | None = None
    """Points of the path at which gradients were taken."""
    rule: str = ""
    """How the steps were put together."""

    @property
    def is_look(self) -> bool:
        """Whether scores are shares of what is looked at, never below 0, instead of what speaks for or against a label."""
        return self.method == "attention-rollout"


@dataclass(frozen=True)
class Answered:
    """What the model said to one text."""

    texts: tuple[str, ...]
    answer: str
    probability: float


@dataclass(frozen=True)
class Erased:
    """What hiding words does to the probability of a label, against hiding as many at random; shares of words as in ``shares``."""

    kind: str
    """``comprehensiveness``: the highest words are hidden, more is better; ``sufficiency``: all others are hidden, less is better."""
    shares: tuple[float, ...]
    dropped: tuple[float, ...]
    """By how much the probability fell at each share."""
    at_random: tuple[float, ...]
    """The same of random words, on average."""
    gain: Estimate
    """How much better than random over all shares, in probability; above 0 is better for both kinds."""
    p_value: float | None
    """Chance to do so well with random words; None where it can't be told."""


@dataclass(frozen=True)
class Trust:
    """How far a method's scores can be believed, for one text or over many."""

    method: str
    label: str
    """Which label was explained; empty over many texts, where it is each text's answer."""
    n_texts: int
    erased: tuple[Erased, ...]
    stability: Estimate
    """Rank correlation of the scores with those after a small change of the text, 1 where nothing moves."""
    agreement: tuple[tuple[str, ...], ...] = ()
    """Pairs of methods, as (one, other)."""
    agreements: tuple[Estimate, ...] = ()
    """Rank correlation of each pair."""
    verdict: str = "unknown"
    """``supported``, ``weak``, ``no-better-than-random`` or ``unknown``."""
    sentence: Sentence = Sentence("")


@dataclass(frozen=True)
class Edit:
    """One word taken out or exchanged."""

    kind: str
    """``deletion``, ``swap`` or ``identity``."""
    before: str
    after: str
    """Empty for a deletion."""


@dataclass(frozen=True)
class Counterfactual:
    """A text close to another one that the model answers differently."""

    texts: tuple[str, ...]
    edits: tuple[Edit, ...]
    before: str
    """The answer to the text as it was."""
    answer: str
    probability: float
    """Of the new answer."""


@dataclass(frozen=True)
class Search:
    """What a search for the smallest edits found."""

    of: Answered
    found: tuple[Counterfactual, ...]
    """Fewest edits first."""
    tried: int
    """How many texts the model answered on the way."""
    sentence: Sentence


@dataclass(frozen=True)
class GroupWord:
    """How much of the difference in errors between two groups stands in texts with one word."""

    word: str
    carried: Estimate
    """Share of the first group's texts that have the word and a wrong answer, beyond an even spread of its errors over its texts; less the
    same of the second group."""
    p_value: float
    adjusted: float
    """After Holm, over all words that were looked at."""
    n_first: int
    """Texts of the first group that have the word; ``wrong_first`` of them are answered wrongly."""
    wrong_first: int
    n_second: int
    wrong_second: int
    push: Estimate | None = None
    """Mean attribution of the word towards the wrong answer, in the wrongly answered texts of both groups; None when not asked."""


@dataclass(frozen=True)
class GroupWords:
    """Which words carry the errors of one group against another."""

    column: str
    first: str
    second: str
    gap: Estimate
    """Error rate of the first group less that of the second."""
    n_first: int
    n_second: int
    words: tuple[GroupWord, ...]
    """Those that differ the most first."""
    tested: int
    """How many words were frequent enough to be looked at."""
    smallest: int
    """Texts that a word needs."""
    sentence: Sentence


@dataclass(frozen=True)
class Explained:
    """A sample of test items with their attributions, and how far to trust the method, as somebody put them into a report."""

    run: str
    ids: tuple[str, ...]
    targets: tuple[str, ...]
    attributions: tuple[Attribution, ...]
    trust: Trust
    """Over many test items."""
    who: str
