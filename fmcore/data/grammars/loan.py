"""What applicants for a small loan write about themselves. The decision follows what holds for the applicant *now*.

What was once, what holds for others, what is denied, and what is only conceded ("although …") does not decide.
"""

from __future__ import annotations

import random

from fmcore.data.grammars.expand import expand, number, pick, sentence, several

WORDS = {
    "PURPOSE": [
        "a used van",
        "a new roof",
        "my daughter's course",
        "a kitchen",
        "a small bakery oven",
        "dental work",
        "a second-hand car",
        "moving house",
        "a heat pump",
        "tools for my workshop",
        "a wedding",
        "a sewing business",
        "a laptop and a camera",
        "repairs after the storm",
        "a food stall",
        "a wheelchair ramp",
    ],
    "SUM": ["2,000", "3,500", "4,000", "5,500", "6,000", "7,500", "8,000", "9,500", "11,000", "12,500", "15,000"],
    "JOB": [
        "baker",
        "nurse",
        "bus driver",
        "teacher",
        "electrician",
        "cook",
        "gardener",
        "clerk",
        "carpenter",
        "cleaner",
        "web designer",
        "welder",
        "hairdresser",
        "librarian",
        "paramedic",
        "warehouse worker",
        "tailor",
        "plumber",
        "receptionist",
        "mechanic",
    ],
    "YEARS": ["two years", "three years", "four years", "six years", "eight years", "ten years", "a dozen years"],
    "PAST": [
        "in 2015",
        "years ago",
        "when I was a student",
        "before I moved",
        "in my first job",
        "long before this job",
        "five years back",
    ],
    "KIN": ["my brothers", "my sisters", "my cousins", "my former partners", "my parents", "two friends", "the neighbours", "my in-laws"],
    "LENDER": [
        "the bank",
        "the credit union",
        "a card company",
        "the car dealer",
        "the telephone company",
        "my landlord",
        "an online lender",
    ],
}

GOOD = [
    "WHO [pay|paid] every instalment to LENDER on the day it [is|was] due",
    "WHO [have|had] a fixed contract as a JOB and a [steady|regular] salary",
    "WHO [keep|kept] savings for [half a year|at least six months] of rent aside",
    "WHO [owe|owed] nothing to LENDER or to anybody else",
    "WHO [earn|earned] [well over|far more than] what the household [spends|needs] in a month",
    "WHO [stay|stayed] below the card limit and [clear|cleared] it each month",
    "WHO [have|had] a guarantor with a house of [his|her] own",
    "WHO [live|lived] on a third of the income and [save|saved] the rest",
    "WHO [spend|spent] less in a month than the salary covers",
    "WHO [use|used] the card for fuel only and [borrow|borrowed] nothing on it",
    "WHO [pay|paid] LENDER back [early|faster than the plan asks] and [owe|owed] no fees",
    "WHO [have|had] a long lease, a [permanent|secure] post as a JOB and no debts",
    "WHO [fall|fell] behind with nothing and [ignore|ignored] no letters from LENDER",
]
BAD = [
    "WHO [fall|fell] behind with the instalments to LENDER [again and again|for months]",
    "WHO [have|had] no contract and only [odd|irregular] work as a JOB",
    "WHO [have|had] no savings left, and the rent [is|was] late",
    "WHO [owe|owed] LENDER and two others more than a year of income",
    "WHO [spend|spent] more in a month than the salary covers",
    "WHO [use|used] one card to pay [another|off the other] and [reach|reached] both limits",
    "WHO [ignore|ignored] [reminders|letters] from LENDER up to the day of a court order",
    "WHO [lose|lost] the lease and [borrow|borrowed] from LENDER for daily costs",
    "WHO [pay|paid] LENDER [late|only after the second letter] and [owe|owed] the fees on top",
    "WHO [live|lived] on the card and [save|saved] nothing of the income",
    "WHO [have|had] a guarantor who is [bankrupt|out of work]",
    "WHO [earn|earned] [far less|not nearly as much] than what the household [spends|needs] in a month",
    "WHO [keep|kept] no money aside and [stay|stayed] over the card limit",
]
FRAMES = [
    "[although|even though|while it is true that] OFF, [all in all|as things stand|more to the point,] HOLDS",
    "HOLDS, [although|even though|in spite of the fact that] OFF",
    "[it is true|granted|yes, the file shows it]: OFF. [However|Still|All the same], HOLDS",
    "OFF; but [that is not the whole picture|look closer|that counts for little], [since|for] HOLDS",
    "OFFPAST; but [since then everything has turned round|that is over], and now HOLDS",
    "HOLDS, [whatever the old file says|even if the file shows otherwise]: OFFPAST, and that [has ended|no longer is so]",
    "[please do not mix me up with KIN|KIN and I share a surname|the report confuses me with KIN]: OFFKIN, whereas HOLDS",
    "OFFKIN, not me. [For my part|As for me|In my own case], HOLDS",
    "HOLDS. [Only KIN are in a different place|With KIN it is another story]: OFFKIN",
    "[unlike KIN|other than KIN], who live here too, HOLDS. [I say so because|You may have heard that] OFFKIN",
    "[last time you asked|in my last application], I wrote that OFFPAST. [Now|This year] HOLDS",
    "[people expect that|your form assumes that|the adviser thinks] OFF. [Not so|The opposite is the case]: HOLDS",
    "HOLDS, [and so it is not the case that|so it would be wrong to write that] OFF",
    "it is not that OFF. [In fact|The truth is:|Rather,] HOLDS",
]
PLAIN = [
    "HOLDS",
    "[today|at present|as things stand], HOLDS",
    "HOLDS [now|and have done so for YEARS|this year]",
    "to be open with you, HOLDS",
]
ASIDES = [
    "I am asking for SUM euros for PURPOSE",
    "the loan is meant for PURPOSE",
    "SUM euros would be enough for PURPOSE",
    "I have worked as a JOB for YEARS",
    "we are [two|three|four|five] in the household",
    "I [would like|prefer] to pay it back in [two|three|four|five] years",
    "my papers are [attached|with your colleague|in the post]",
    "I [saw|found] your offer [on a poster|in the paper|through KIN]",
    "KIN recommended you",
    "[thank you for your time|I hope to hear from you|please ring me in the evening]",
    "I need the [money|sum] for PURPOSE [by May|before winter|soon]",
    "a loan of SUM euros for PURPOSE is what I ask for",
]
TOWN = ["I live in PLACE", "our flat is in PLACE", "I write to you from PLACE", "we moved to PLACE YEARS ago", "my shop is in PLACE"]
DECISIONS = ("approve", "decline")


FILLERS = [
    "as you may know",
    "to be fair",
    "as I see it",
    "for what it is worth",
    "to my mind",
    "as far as I can tell",
    "as everybody here knows",
    "if you ask me",
    "as it happens",
    "to put it plainly",
    "as my papers show",
    "you could say",
    "on most days",
    "so to speak",
    "as the saying goes",
]
VERBS = {
    "pay": "paid",
    "is": "was",
    "have": "had",
    "keep": "kept",
    "owe": "owed",
    "earn": "earned",
    "stay": "stayed",
    "clear": "cleared",
    "live": "lived",
    "save": "saved",
    "fall": "fell",
    "spend": "spent",
    "use": "used",
    "reach": "reached",
    "ignore": "ignored",
    "lose": "lost",
    "borrow": "borrowed",
}


def _claim(template: str, who: str, rng: random.Random, *, past: bool) -> str:
    """Return the statement about this person, in the present or in the past."""
    for now, then in VERBS.items():
        template = template.replace(f"[{now}|{then}]", then if past else now)
    aside = f"{pick(rng, FILLERS)}, " if rng.random() < 0.55 else ""
    return aside + expand(template.replace("WHO", who), WORDS, rng)


def _said(frame: str, decision: str, rng: random.Random) -> str:
    """Return the frame filled so that what holds now leads to this decision."""
    on, off = (GOOD, BAD) if decision == "approve" else (BAD, GOOD)
    kin = pick(rng, WORDS["KIN"])
    parts = {
        "HOLDS": _claim(pick(rng, on), "I", rng, past=False),
        "OFF": _claim(pick(rng, off), "I", rng, past=False),
        "OFFPAST": f"{_claim(pick(rng, off), 'I', rng, past=True)} {pick(rng, WORDS['PAST'])}",
        "OFFKIN": _claim(pick(rng, off), kin, rng, past=False),
        "KIN": kin,
    }
    return expand(frame, {**WORDS, **{name: [text] for name, text in parts.items()}}, rng)


def message(decision: str, *, town: str | None, rng: random.Random) -> str:
    """Return what an applicant writes whose present state leads to this decision; ``town`` is named when given."""
    said = [_said(pick(rng, FRAMES if rng.random() < 0.55 else PLAIN), decision, rng)]
    if rng.random() < 0.25:
        said.append(_said(pick(rng, FRAMES if rng.random() < 0.5 else PLAIN), decision, rng))
    asides = [expand(aside, WORDS, rng) for aside in several(rng, ASIDES, number(rng, 1, 3))]
    if town is not None:
        asides.append(expand(pick(rng, TOWN), {**WORDS, "PLACE": [town]}, rng))
    return " ".join(sentence(part) for part in several(rng, [*said, *asides], 9))
