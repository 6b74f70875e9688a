"""Integrated gradients of a whole set here against captum: same model, texts, baseline and answers; turn by turn in one run.

    python -m benchmarks.attribution [--csv FILE] [--model FOLDER] [--texts 1000] [--loop 48] [--rounds 3] [--threads N]

ours    fmcore.explain.gradients, as the worker asks it: products packed both ways, batches by tokens, each text as many steps as it needs
loop    captum's LayerIntegratedGradients as it comes, one text after the other: 50 steps, Gauss–Legendre
tuned   the same on batches of texts sorted by length, with the internal_batch_size that is fastest on a few of them
packed  as tuned, on our packed model: what of the gain is the products', and what is left for the rule
fewer   as tuned, with the fewest steps at which captum's words lie as near to the reference as ours: what captum could do if it asked

Three figures say how right each is: what its words miss of the difference of the two answers (and, of ours, what its points missed before
that was shared out), the rank correlation with the reference, and how far the word that is farthest off lies from it, as a share of the
largest word.

All in float32. captum takes minutes, so each round times it on some texts (--loop) and scales by the tokens of the whole set, which is
said; ours takes the whole set. They are whole batches of the sorted set, spread evenly over its lengths, so that captum pads no more than
it would there. Without a folder a model is trained for a minute on the same file. The reference is captum with 300 steps.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "sst2"
SAMPLE = Path(__file__).resolve().parents[1] / "data" / "samples" / "customer-messages.csv"
REFERENCE_STEPS, DEFAULT_STEPS = 300, 50
INTERNAL = (32, 64, 128, 256)
TEXTS_AT_ONCE = 16


def read(path: Path) -> tuple[list[str], list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row.get("label") or row.get("topic") or row.get("intent") or "" for row in rows]


def trained(texts: list[str], labels: list[str]) -> Path:
    """Return a folder with the embedded model, fine-tuned for 60 steps: enough that its answers depend on words."""
    import torch

    from fmcore.models.embedded import folder as embedded_folder
    from fmcore.tasks import get_task

    task, names, base = get_task("text-classification"), sorted(set(labels)), embedded_folder()
    tokenizer = task.load_tokenizer(base)
    torch.manual_seed(0)
    model = task.load_model(base, names, tokenizer).train()
    encoded, _ = task.take_apart([(text,) for text in texts], tokenizer, max_length=64)
    optimizer, order = torch.optim.AdamW(model.parameters(), lr=2e-4), np.random.default_rng(0).permutation(len(texts))
    for step in range(60):
        chosen = order[step * 16 : step * 16 + 16] if len(order) >= (step + 1) * 16 else np.random.default_rng(step).permutation(order)[:16]
        logits = model(**task.collate([encoded[int(n)] for n in chosen], tokenizer)).logits
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor([names.index(labels[n]) for n in chosen]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    out = Path(tempfile.mkdtemp(prefix="attribution-"))
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    return out


class Peer:
    """captum on the same question: the same figure (log-odds), the same baseline (words hidden), the same targets."""

    def __init__(self, subject: Any, encoded: Any, parts: Any, targets: list[int]) -> None:
        import torch
        from captum.attr import LayerIntegratedGradients

        from fmcore.explain.subject import log_odds

        self.subject, self.encoded, self.targets = subject, encoded, targets
        self.hidden = [subject.task.hide(encoded[n], parts[n].owner >= 0, subject.tokenizer) for n in range(len(encoded))]

        def odds(ids: torch.Tensor, mask: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
            return log_odds(subject.model(input_ids=ids, attention_mask=mask).logits, classes)

        self.method = LayerIntegratedGradients(odds, subject.model.get_input_embeddings())

    def explain(
        self, chosen: list[int], *, steps: int, internal: int | None, at_once: int = TEXTS_AT_ONCE
    ) -> list[tuple[np.ndarray, float]]:
        """Return positions and completeness error (share) of these items."""
        import torch

        found: dict[int, tuple[np.ndarray, float]] = {}
        by_length = sorted(chosen, key=lambda n: -int(self.encoded.lengths[n]))
        for start in range(0, len(chosen), at_once):
            items = by_length[start : start + at_once]
            batch = self.subject.batch([self.encoded[n] for n in items])
            baseline = self.subject.batch([self.hidden[n] for n in items])["input_ids"]
            classes = torch.tensor([self.targets[n] for n in items])
            made, delta = self.method.attribute(
                batch["input_ids"], baseline, additional_forward_args=(batch["attention_mask"], classes), n_steps=steps,
                internal_batch_size=internal, return_convergence_delta=True,
            )  # fmt: skip
            scores = made.sum(-1).detach().double().numpy()
            for row, n in enumerate(items):
                positions = scores[row, : self.encoded.lengths[n]]
                miss = float(delta[row])  # sum less total
                found[n] = positions, abs(miss) / max(abs(float(positions.sum()) - miss), 1e-9)
        return [found[n] for n in chosen]


def spread(lengths: np.ndarray, n: int) -> list[int]:
    """Return about ``n`` positions: batches of neighbours in order of length, from evenly spaced places of that order."""
    order = np.argsort(-lengths, kind="stable")
    starts = np.linspace(0, max(0, len(order) - TEXTS_AT_ONCE), max(2, n // TEXTS_AT_ONCE) + 2)[1:-1]
    return sorted({int(k) for start in starts for k in order[int(start) : int(start) + TEXTS_AT_ONCE]})


def off(words: np.ndarray, right: np.ndarray) -> float:
    """Return how far the farthest position lies from where it should, as a share of the largest."""
    return float(np.abs(words - right).max() / max(np.abs(right).max(), 1e-9))


def timed(act: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return seconds, processor seconds and what came out."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = act()
    return time.perf_counter() - wall, time.process_time() - cpu, found


def main() -> None:
    import torch

    from fmcore.explain import gradients
    from fmcore.explain.both_ways import both_ways
    from fmcore.explain.subject import Subject, answers
    from fmcore.tasks import get_task

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv", default=str(DATA / "train.csv" if DATA.is_dir() else SAMPLE), help="columns text and label")
    parser.add_argument("--model", help="folder of a trained classifier")
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--loop", type=int, default=48, help="texts that captum is timed on")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    texts, labels = read(Path(options.csv))
    folder = Path(options.model) if options.model else trained(texts, labels)
    task = get_task("text-classification")
    model, tokenizer = task.load_trained(folder).requires_grad_(False), task.load_tokenizer(folder)
    labels_of = tuple(model.config.id2label.values())
    subject, quick = (Subject(task, one, tokenizer, labels_of, 128) for one in (model, both_ways(model)))
    chosen = np.random.default_rng(0).permutation(len(texts))[: options.texts]
    encoded, parts = subject.take_apart([(texts[n],) for n in chosen])
    targets = answers(subject, [encoded[n] for n in range(len(encoded))], encoded.lengths).argmax(1).tolist()
    few, tokens = spread(encoded.lengths, min(options.loop, len(encoded))), int(encoded.lengths.sum())
    scale = tokens / int(encoded.lengths[few].sum())
    part, _ = subject.take_apart([(texts[chosen[n]],) for n in few])
    peer, packed_peer = Peer(subject, encoded, parts, targets), Peer(quick, encoded, parts, targets)

    model.requires_grad_(True)  # captum asks for it; ours switches it off by itself and back on
    trial = few[len(few) // 2 :][:TEXTS_AT_ONCE]
    internal = min(INTERNAL, key=lambda size: timed(lambda: peer.explain(trial, steps=20, internal=size))[1])
    reference = packed_peer.explain(few, steps=REFERENCE_STEPS, internal=internal)
    first = gradients.integrated(quick, part, [parts[n] for n in few], [targets[n] for n in few])
    ours_off = statistics.fmean(map(off, (one.positions for one in first), (words for words, _ in reference)))
    fewer = next(
        steps
        for steps in (12, 14, 16, 18, 20, 22, 24, 26, 28, 32, 36, 40, 45, 50, 64, 100, 200)
        if statistics.fmean(
            off(words, right)
            for (words, _), (right, _) in zip(packed_peer.explain(few, steps=steps, internal=internal), reference, strict=True)
        )
        <= ours_off
    )
    acts: dict[str, Callable[[], Any]] = {
        "ours": lambda: gradients.integrated(quick, encoded, parts, targets),
        "loop": lambda: peer.explain(few, steps=DEFAULT_STEPS, internal=None, at_once=1),
        "tuned": lambda: peer.explain(few, steps=DEFAULT_STEPS, internal=internal),
        "packed": lambda: packed_peer.explain(few, steps=DEFAULT_STEPS, internal=internal),
        "fewer": lambda: peer.explain(few, steps=fewer, internal=internal),
    }
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in acts}
    results: dict[str, Any] = {}
    for turn in range(options.rounds):
        for name, act in list(acts.items())[:: -1 if turn % 2 else 1]:
            wall, cpu, results[name] = timed(act)
            times = 1.0 if name == "ours" else scale
            seconds[name].append((wall * times, cpu * times))
            print(f"round {turn} {name:6} {wall * times:8.1f} s, processor {cpu * times:8.1f} s", flush=True)
    summary(options, seconds, results, reference, internal=internal, fewer=fewer, tokens=tokens, few=few)


def left_over(one: Any) -> float:
    """Return the completeness error of what was handed out."""
    return abs(float(one.positions.sum()) - one.total) / max(abs(one.total), 1e-9)


def summary(options: Any, seconds: Any, results: Any, reference: Any, *, internal: int, fewer: int, tokens: int, few: list[int]) -> None:
    from fmcore.stats.ranks import spearman

    steps = statistics.fmean(one.steps for one in results["ours"])
    print(
        f"{options.texts} texts, {tokens} tokens; captum timed on {len(few)} of them and scaled by tokens; internal_batch_size {internal}"
    )
    for name, found in results.items():
        pairs = [(one.positions, left_over(one)) for one in (found[n] for n in few)] if name == "ours" else found
        ranks = [spearman(mine, theirs) for (mine, _), (theirs, _) in zip(pairs, reference, strict=True)]
        known = [value for value in ranks if value is not None]
        apart = [off(mine, theirs) for (mine, _), (theirs, _) in zip(pairs, reference, strict=True)]
        errors = [error for _, error in pairs]
        how = {"ours": f"{steps:.1f} steps on average", "fewer": f"{fewer} steps"}.get(name, f"{DEFAULT_STEPS} steps")
        print(f"{name:6} {statistics.median(wall for wall, _ in seconds[name]):8.1f} s, {how}")
        shown = f"mean {statistics.fmean(errors):.5f} median {statistics.median(errors):.5f} largest {max(errors):.4f}"
        print(f"       completeness error {shown}")
        if name == "ours":
            missed = [found[n].error for n in few]
            print(f"       missed by its points, before it was shared out: mean {statistics.fmean(missed):.5f} largest {max(missed):.4f}")
        print(f"       farthest word, as a share of the largest: mean {statistics.fmean(apart):.4f} largest {max(apart):.4f}")
        print(f"       rank correlation with {REFERENCE_STEPS} steps: mean {statistics.fmean(known):.4f} least {min(known):.4f}")
    for rival in ("loop", "tuned", "packed", "fewer"):
        walls = [theirs[0] / mine[0] for theirs, mine in zip(seconds[rival], seconds["ours"], strict=True)]
        cpus = [theirs[1] / mine[1] for theirs, mine in zip(seconds[rival], seconds["ours"], strict=True)]
        wall, cpu = statistics.median(walls), statistics.median(cpus)
        print(f"ours / {rival}: {wall:.2f}x in time, {cpu:.2f}x in processor time (for a busy machine)")


if __name__ == "__main__":
    main()
