"""Notes of a nurse on a telephone line. The level is that of the worst finding the caller has *now*.

What is denied, over, feared, or somebody else's does not count. Made up for tests of software: of no use for anybody's health.
"""

from __future__ import annotations

import random

from fmcore.data.grammars.expand import expand, pick, sentence, several

WORDS = {
    "SPAN": [
        "since this morning",
        "for two hours",
        "since last night",
        "for three days",
        "for about a week",
        "since Sunday",
        "since lunch",
        "for the past day",
    ],
    "LONG": ["for some weeks", "for two months", "since spring", "on and off for a year", "for about five weeks", "since the move"],
    "PAST": [
        "two years ago",
        "last winter",
        "as a teenager",
        "in March",
        "some years back",
        "after the operation last year",
        "a month ago",
    ],
    "KIN": [
        "a brother",
        "a sister",
        "the father",
        "the mother",
        "an uncle",
        "a neighbour",
        "a colleague",
        "the flatmate",
        "the partner",
        "a grandson",
    ],
    "PART": ["knee", "shoulder", "left foot", "wrist", "lower back", "neck", "elbow", "hip", "right hand", "ankle"],
    "SIDE": ["left", "right"],
}

FINDINGS = {
    "emergency": [
        "[crushing|heavy|tight] chest pain [spreading to the SIDE arm|with cold sweat|that takes the breath away]",
        "[a drooping mouth|slurred speech|a SIDE arm that will not lift] that came [all at once|suddenly]",
        "[breathlessness|shortness of breath] so bad that whole sentences are [impossible|not possible]",
        "bleeding from a [deep cut|wound] that [soaks every towel|does not stop under pressure]",
        "swelling of the [tongue|lips|throat] after [a wasp sting|eating nuts|a new tablet], with wheezing",
        "[a fit|a seizure] that [has not stopped|came back twice], with no waking up between",
        "[the worst headache ever|a thunderclap headache], with a stiff neck and vomiting",
        "blue lips and [great drowsiness|confusion], hardly answering",
        "[an overdose|too many] of [heart tablets|painkillers], now [very sleepy|hard to wake]",
    ],
    "urgent": [
        "[a fever of 39 or more|high fever with shaking] that [paracetamol does not bring down|keeps rising]",
        "belly pain low on the SIDE, [getting worse|worse when walking]",
        "[redness|a hot red patch] on the SIDE leg that [spreads by the hour|has doubled in size]",
        "vomiting everything, [not even water stays down|hardly any urine]",
        "[pain and burning|blood] when passing water, with [pain in the back|shivering]",
        "a cut on the PART that [gapes|may need stitches] but has stopped bleeding",
        "[an asthma attack|wheezing] that [eases only for an hour|needs the inhaler every two hours]",
        "[a fall onto|a twist of] the PART, now [swollen and unable to bear weight|bent the wrong way]",
        "one [swollen and painful calf|calf thicker than the other], [warm to touch|after a long flight]",
        "eye [pain|redness] with [blurred sight|light that hurts]",
    ],
    "routine": [
        "an ache in the PART LONG, [worse after work|worse in the mornings|no injury]",
        "[a repeat|a refill] of the [blood pressure|thyroid|cholesterol] tablets, [nearly finished|ten left]",
        "[poor sleep|tiredness|low mood] LONG, still [working|managing at home]",
        "[a mole|a skin patch|a lump under the skin] that has [slowly changed|grown a little] LONG",
        "heartburn after meals LONG, [better with antacids|worse at night]",
        "[dry itchy skin|a rash] on the PART LONG, [creams help a little|not spreading]",
        "[home blood pressure readings|sugar readings] a little [higher than usual|over the target] LONG",
        "hearing [a bit dull|worse] in the SIDE ear LONG, no pain",
        "[a yearly check|travel vaccines|results of a blood test] to be [planned|discussed]",
    ],
    "self-care": [
        "[a runny nose|a blocked nose] and [a light sore throat|sneezing] SPAN, drinking and eating well",
        "[mild sunburn|a pink sunburn] on the [shoulders|nose|arms], no blisters",
        "[a graze|a small scratch] on the PART from [the garden|a bicycle], clean and dry",
        "[a blister|a corn] on the [heel|toe] from new shoes",
        "[hay fever|itchy eyes and sneezing] [like every spring|from the pollen]",
        "[a mosquito bite|an insect bite] on the PART that itches [a little|at night]",
        "[stiff legs|sore muscles] after [a long walk|the gym|moving furniture]",
        "[one loose stool|a little wind|a light stomach upset] after [a rich meal|curry], fine otherwise",
        "[a mouth ulcer|a cold sore] SPAN, able to eat",
        "[a small bruise|a bruise the size of a coin] on the PART after [bumping into a table|a ball game]",
    ],
}
LEVELS = tuple(FINDINGS)
"""From the worst to the mildest."""

NOW = [
    "[calls about|rings with|reports|presents with|describes] FOUND",
    "[main concern|today|reason for the call|current problem]: FOUND",
    "SHE [says|states] that SHE has FOUND [now|SPAN|]",
    "[what is there now is|there is] FOUND",
    "on [closer questioning|asking again], SHE [confirms|does describe] FOUND",
]
NOT_NOW = [
    "[denies|no sign of|no history of|negative for] FOUND",
    "[SHE had|there was] FOUND PAST, [fully over|settled|no trace of it today]",
    "KIN [had|was seen with|is in hospital with] FOUND [PAST|], which [worries HER|is why SHE rings]",
    "[SHE was afraid of|SHE feared|was worried about] FOUND, but [has none of it|nothing like that is there]",
    "SHE [looked up|read about] FOUND [on the internet|in a leaflet], but has [none of it|nothing of the kind]",
    "[asked about|checked for] FOUND: [none|not present|absent]",
    "[the referral|the message from the desk] [spoke of|said] FOUND, [which is wrong|a mix-up with another caller]",
    "[told|advised] to ring back [at once|again] [if there is|in case of] FOUND",
    "[first thought to be|it looked like] FOUND, [ruled out|but that is not it]",
]
ASIDES = [
    "lives [alone|with family|on the third floor]",
    "takes [no tablets|one tablet a day|the usual tablets]",
    "[sounds calm|speaks clearly|sounds worried|polite on the phone]",
    "[no known allergies|allergic to penicillin]",
    "[line was poor|call dropped once|long wait before the call]",
    "[works in a school|retired|works nights|on holiday next week|student]",
    "[has eaten|has drunk tea|slept badly|slept well]",
    "[no car at home|a neighbour could drive|can come by bus]",
    "[smokes|does not smoke], [no alcohol|a glass of wine at times]",
]


def note(level: str, *, sex: str, age: int, rng: random.Random) -> str:
    """Return a note on a caller whose worst present finding is of this level."""
    she, her = ("she", "her") if sex == "female" else ("he", "him")
    words = {**WORDS, "SHE": [she], "HER": [her]}
    milder = LEVELS[LEVELS.index(level) + 1 :]
    here = [pick(rng, FINDINGS[level])]
    if milder and rng.random() < 0.2:
        here.append(pick(rng, FINDINGS[pick(rng, milder)]))
    elsewhere = [
        pick(rng, FINDINGS[pick(rng, [name for name in LEVELS if name != level])]) for _ in range(pick(rng, [0, 0, 0, 0, 1, 1, 2]))
    ]
    present = [expand(pick(rng, NOW), {**words, "FOUND": [found]}, rng) for found in here]
    absent = [expand(pick(rng, NOT_NOW), {**words, "FOUND": [found]}, rng) for found in elsewhere]
    asides = [expand(aside, words, rng) for aside in several(rng, ASIDES, int(rng.random() * 2.6))]
    body = several(rng, [*present, *absent, *asides], 9)
    who = expand(
        f"[{age}-year-old {'woman' if sex == 'female' else 'man'}|{'Female' if sex == 'female' else 'Male'} caller, {age}]", words, rng
    )
    return " ".join(sentence(part) for part in [who, *body])
