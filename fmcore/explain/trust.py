"""How far to believe a method's scores: against random words, after a small change of the text, and beside other methods.

The verdict rests on erasure alone (:mod:`.erasure`), because agreement can be the agreement of two that are wrong, and a method that always
says the same is stable. Agreement and stability stand beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from fmcore.explain.erasure import FEWEST_WORDS, LEVEL, erased
from fmcore.explain.explainers import EXPLAINERS, Explainer, get_explainer
from fmcore.explain.records import Erased, Trust
from fmcore.explain.subject import Subject, answers
from fmcore.records import Estimate, Sentence, say
from fmcore.stats import intervals
from fmcore.stats.paired import holm
from fmcore.stats.ranks import spearman
from fmcore.tasks.protocol import Parts, Task

CHANGES_OF_ONE, CHANGES_OF_MANY = 6, 1
MOST_CHANGED = 10
"""Texts whose scores are found a second time: what stability costs."""
PORTION = 5
"""Texts explained between two calls of ``watch``; each is asked at many points, so that the batches are full."""
SMALLEST_GAIN = 0.02
"""In probability: what is smaller is no support, however sure it is. Over 24 sentences the words of untrained models gain .003, those of a
trained encoder under an untrained head .009, those of a model trained on such sentences .3."""
ALPHA, ALPHA_OF_ONE = 0.05, 0.1
"""Over many texts, and of a single one, whose few words can't tell more."""


def trust(
    subject: Subject,
    texts: Sequence[Sequence[str]],
    *,
    method: str = "integrated-gradients",
    labels: Sequence[str] | None = None,
    seed: int = 0,
    watch: Callable[[], None] = lambda: None,
) -> Trust:
    """Return how far the method can be believed, for one text or over many; for the answers given or for these labels.

    ``watch`` is called after each of :func:`stages` parts of the work; what it raises ends it.

    Raises:
        DataError: there is no such method or label.
    """
    explainer = get_explainer(method, subject.task)
    encoded, parts = subject.take_apart(texts)
    odds = answers(subject, [encoded[n] for n in range(len(encoded))], encoded.lengths)
    targets = (odds.argmax(1) if labels is None else np.array([subject.index(label) for label in labels])).tolist()
    found = {name: _scores(subject, texts, targets, each, watch) for name, each in _asked(explainer, subject.task).items()}
    scores = found[explainer.name]
    judged = erased(subject, encoded, parts, targets, scores, seed=seed)
    watch()
    verdict, sentence = conclude(judged)
    pairs = list(combinations(found, 2))
    stability = _stability(subject, texts, parts, targets, scores, method, seed)
    watch()
    return Trust(
        method=method,
        label=subject.labels[targets[0]] if len(texts) == 1 else "",
        n_texts=len(texts),
        erased=judged,
        stability=stability,
        agreement=tuple(pairs),
        agreements=tuple(_agreement(parts, found[one], found[other]) for one, other in pairs),
        verdict=verdict,
        sentence=sentence,
    )


def stages(method: str, task: Task, n_texts: int) -> int:
    """Return how many parts :func:`trust` has: portions of texts for every method held against it, erasure, and stability."""
    return len(_asked(get_explainer(method, task), task)) * -(-n_texts // PORTION) + 2


def _scores(
    subject: Subject, texts: Sequence[Sequence[str]], targets: Sequence[int], explainer: Explainer, watch: Callable[[], None]
) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    for start in range(0, len(texts), PORTION):
        encoded, parts = subject.take_apart(texts[start : start + PORTION])
        found += [one.parts for one in explainer.explain(subject, encoded, parts, targets[start : start + PORTION])]
        watch()
    return found


def _asked(explainer: Explainer, task: Task) -> dict[str, Explainer]:
    return {name: one for name, one in EXPLAINERS.items() if one.supports(task)} | {explainer.name: explainer}


def conclude(judged: Sequence[Erased]) -> tuple[str, Sentence]:
    """Return the verdict and its sentence. Both kinds must beat random words for ``supported``; for ``weak`` one of them, after Holm.

    Where all have to hold, no allowance for several questions is due; where any may, it is.
    """
    if any(one.p_value is None for one in judged):
        reason = next(str(one.gain.reason) for one in judged if one.p_value is None)
        return "unknown", say("Nothing can be said about these scores. {reason}", reason=reason)
    alone = any(one.gain.method == "random draws" for one in judged)
    alpha, p_values = ALPHA_OF_ONE if alone else ALPHA, [float(one.p_value or 0) for one in judged]
    enough = [(one.gain.value or 0) >= SMALLEST_GAIN for one in judged]
    gains = {one.kind: f"{one.gain.value:+.2f}" for one in judged}
    if all(enough) and max(p_values) <= alpha:
        template = (
            "Supported: hiding the words that it names moves the answer further than hiding random ones ({comprehensiveness}), "
            "and keeping only them keeps it better ({sufficiency})."
        )
        return "supported", say(template, **gains)
    if any(p <= alpha and large for p, large in zip(holm(p_values), enough, strict=True)):
        template = (
            "Weak: it beats random words in one of two ways only (hiding its words: {comprehensiveness}, keeping only them: {sufficiency})."
        )
        return "weak", say(template, **gains)
    if max(p_values) <= alpha:
        template = (
            "No better than random to speak of: the words that it names move this model’s answer a little further than random ones "
            "({comprehensiveness}) and keep it a little better ({sufficiency}), too little to count."
        )
        return "no-better-than-random", say(template, **{one.kind: f"{one.gain.value:+.3f}" for one in judged})
    template = (
        "No better than random: hiding random words moves the answer as far ({comprehensiveness}), "
        "and keeping random words keeps it as well ({sufficiency})."
    )
    return "no-better-than-random", say(template, **gains)


def _stability(
    subject: Subject,
    texts: Sequence[Sequence[str]],
    parts: Sequence[Parts],
    targets: Sequence[int],
    scores: Sequence[np.ndarray],
    method: str,
    seed: int,
) -> Estimate:
    """Return the rank correlation of scores before and after one of the lower half of the words is taken out of the text."""
    generator = np.random.default_rng(seed)
    changes = CHANGES_OF_ONE if len(texts) == 1 else CHANGES_OF_MANY
    asked: list[tuple[int, int]] = []
    for n, of in enumerate(parts):
        seen = np.flatnonzero(of.seen)
        if len(seen) >= FEWEST_WORDS:
            low = seen[np.argsort(np.abs(scores[n][seen]), kind="stable")][: max(1, len(seen) // 2)]
            asked += [(n, int(word)) for word in generator.permutation(low)[:changes]]
        if len(asked) >= MOST_CHANGED:
            break
    encoded, changed = subject.take_apart([subject.task.edit(texts[n], parts[n], {word: ""}) for n, word in asked])
    kept = [k for k, (n, _) in enumerate(asked) if len(changed[k]) == len(parts[n]) - 1]  # no two words grew together
    again = get_explainer(method, subject.task).explain(subject, encoded, changed, [targets[n] for n, _ in asked]) if asked else []
    found = [spearman(np.delete(scores[asked[k][0]], asked[k][1]), again[k].parts) for k in kept]
    return _mean([value for value in found if value is not None])


def _agreement(parts: Sequence[Parts], one: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> Estimate:
    seen = [np.flatnonzero(of.seen) for of in parts]
    found = [spearman(first[words], second[words]) for first, second, words in zip(one, other, seen, strict=True)]
    if len(parts) > 1:
        return _mean([value for value in found if value is not None])
    return _fisher(found[0], len(seen[0]))


def _mean(values: Sequence[float]) -> Estimate:
    found = intervals.mean(np.array(values), LEVEL)
    if found.value is None:
        few = say("There are too few words for a rank correlation.")
        return intervals.none(few, n=len(values), level=LEVEL, method="t")
    return Estimate(found.value, max(-1.0, found.low), min(1.0, found.high), LEVEL, found.n, found.method)  # type: ignore[type-var]


def _fisher(value: float | None, n: int) -> Estimate:
    """Return one rank correlation with the interval of E. C. Fieller, H. O. Hartley, E. S. Pearson, Biometrika 44 (1957)."""
    if value is None or n < FEWEST_WORDS:
        return intervals.none(say("There are too few words for a rank correlation."), n=n, level=LEVEL, method="Fisher z")
    centre, half = math.atanh(max(-0.999999, min(0.999999, value))), 1.96 * math.sqrt(1.06 / (n - 3))
    return Estimate(value, min(value, math.tanh(centre - half)), max(value, math.tanh(centre + half)), LEVEL, n, "Fisher z")
