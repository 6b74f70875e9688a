"""Messages to the customer service of a shop. The intent is what the writer wants *now*; other wishes are named only to be put aside."""

from __future__ import annotations

import random

from fmcore.data.grammars.expand import expand, pick, sentence, several

WORDS = {
    "ITEM": [
        "kettle",
        "pair of headphones",
        "winter jacket",
        "desk lamp",
        "coffee machine",
        "pair of running shoes",
        "tablet",
        "router",
        "phone case",
        "backpack",
        "vacuum cleaner",
        "set of garden chairs",
        "blender",
        "printer",
        "smart watch",
        "bookshelf",
        "mattress",
        "air fryer",
        "camera",
        "suitcase",
        "electric toothbrush",
        "keyboard",
        "rug",
        "toaster",
        "baby monitor",
        "hair dryer",
        "bike helmet",
        "standing desk",
        "sewing machine",
        "fish tank",
        "rice cooker",
        "projector",
        "tent",
        "guitar",
        "raincoat",
    ],
    "WHEN": [
        "last week",
        "on Monday",
        "two weeks ago",
        "in early March",
        "yesterday",
        "this morning",
        "over the weekend",
        "on the 4th",
        "on the 9th",
        "on the 17th",
        "about a month ago",
        "before the holidays",
        "on Thursday evening",
        "some days ago",
        "just now",
        "a few hours ago",
        "at the end of last month",
    ],
    "SINCE": [
        "since Monday",
        "since last week",
        "for two days now",
        "since the weekend",
        "for a week",
        "since early March",
        "since the update",
        "for three days",
    ],
    "ORDER": ["order 4####", "order number 7####", "my order", "the order", "order 1####", "my last order"],
    "SUM": ["[2|3|4|5|6|7|8|9]# euros", "1## euros", "about [3|5|7]0 euros", "the whole price", "nearly 2## euros"],
    "WHO": [
        "my husband",
        "my wife",
        "my daughter",
        "my flatmate",
        "a colleague",
        "my son",
        "my neighbour",
        "my mother",
        "a friend of mine",
        "our office manager",
    ],
}

WANTS = {
    "refund": [
        "[get|have|receive] [my money|the money|what I paid|SUM] back for the ITEM",
        "be [paid back|reimbursed] for the ITEM [from ORDER|I bought WHEN|]",
        "[return|send back] the ITEM and [see the money again|be repaid|get SUM back]",
        "hand the ITEM back and have the payment [reversed|returned to my card|undone]",
        "[claim|collect] the [refund|repayment] [you promised WHEN|for ORDER|for the ITEM]",
    ],
    "delivery": [
        "[know|hear|find out] [where ORDER is|where the ITEM has got to|why the ITEM has not come]",
        "[track|trace|locate] [the parcel|the package|ORDER] with the ITEM",
        "[learn|be told] [when|on which day] the [ITEM|parcel] [will be here|arrives|comes to my door]",
        "have the driver [come back with the ITEM|try my door again|bring ORDER to the right house]",
        "[see|get] a [new|firm|realistic] date for the [arrival|delivery] of the ITEM",
    ],
    "cancellation": [
        "[call off|cancel|stop] [ORDER|the order for the ITEM] before it [is packed|leaves the warehouse|ships]",
        "[end|close|give up|stop] [my membership|the subscription|the monthly plan] [at the end of the month|from now on|as of today]",
        "[withdraw from|back out of|step back from] [the purchase of the ITEM|the contract|ORDER]",
        "not [renew|continue|go on with] the [plan|subscription|service contract for the ITEM]",
        "[take the ITEM out of|drop the ITEM from] ORDER, which is [not paid|not sent|still open]",
    ],
    "fault": [
        "[get|have] the ITEM [repaired|fixed|mended|working again]",
        "[find out|understand] why the ITEM [keeps stopping|will not start|makes that noise|turns itself off]",
        "[swap|exchange] the broken [part|switch|cable|battery] of the ITEM",
        "have somebody [look at|check|examine] the ITEM, which [stopped working|broke down|gave up] WHEN",
        "[reset|restart|update] the ITEM, [because it hangs|since nothing on it responds|as it is stuck on the first screen]",
    ],
    "billing": [
        "[understand|have explained] [the amount on my invoice|the extra SUM on my bill|this month's bill]",
        "[know|find out] why [SUM were taken twice|I was charged SUM|my card shows two payments]",
        "[get|receive] a [corrected|proper|new] [invoice|bill|receipt] for [ORDER|the ITEM]",
        "[query|question] the [fee|charge] of SUM [on my statement|that you took WHEN]",
        "pay for the ITEM [in three parts|by bank transfer|with another card] and see that on the [bill|invoice]",
    ],
    "account": [
        "[log in|get into my profile|open my account] again",
        "[change|correct|update] my [address|phone number|e-mail address|surname] [in your records|on my profile|]",
        "[set|choose|receive] a new password [because the old one fails|since yours never comes|]",
        "[merge|join] the two profiles I [have with you|opened by mistake]",
        "[unlock|open up] my [profile|account], which [was blocked|locked me out] WHEN",
    ],
    "question": [
        "[know|hear] whether the ITEM [fits a small flat|comes in blue|works abroad|suits a child of [6|7|8|9]]",
        "[ask|learn] how [heavy|large|loud|old] the ITEM [in your window|on page [8|14|21] of the catalogue|from your advert] is",
        "[compare|tell apart] the two [models|sizes] of the ITEM before I [choose|decide|buy]",
        "[find out|hear] if you [sell|stock|still make] a [matching bag|spare lid|larger size] for the ITEM",
        "[be advised|get some advice] on which ITEM to [choose|pick|buy] as a present",
    ],
}
"""What follows "I would like to"."""

FACTS = {
    "refund": [
        "the ITEM went back to you WHEN and [no money|not a cent|nothing] has [come|reached my bank] since",
        "you [owe me SUM|still hold SUM of mine] for a ITEM that I [returned|sent back|handed in] WHEN",
        "I [gave the ITEM back|returned the ITEM] WHEN and my [card|bank] shows no [repayment|money from you]",
    ],
    "delivery": [
        "the ITEM [left your warehouse|was sent] WHEN and [nobody has seen it since|is still on its way]",
        "[the driver|the courier] [says he rang|claims he was here] WHEN, but [no ITEM|nothing] is at my door",
        "I have [waited|stayed at home] SINCE for a ITEM that [does not come|never arrives|should long be here]",
    ],
    "cancellation": [
        "I no longer [need|want] the ITEM that I [ordered|put in the basket and bought] WHEN, and it [has not been sent|is still with you]",
        "the [plan|subscription|membership] that renews WHEN is [of no more use to me|something I will not go on with]",
        "I [clicked buy|ordered the ITEM] by mistake WHEN and it [must not be sent|should not go out]",
    ],
    "fault": [
        "the ITEM [stopped|broke|died] WHEN and [does nothing at all|will not turn on|only blinks]",
        "the ITEM [smells of burning|makes a grinding noise|leaks|gets far too hot] after [a minute|some use|an hour]",
        "SINCE the ITEM [hangs|freezes|shows an error|turns off] whenever I [use it|start it]",
    ],
    "billing": [
        "my [statement|bank] shows SUM from you [twice|that I do not know of|too much]",
        "the [bill|invoice] for ORDER [says SUM more than the page did|has the wrong total|does not add up]",
        "you [charged|took] SUM [WHEN|for a ITEM] that [I can not place|no invoice explains]",
    ],
    "account": [
        "your page [does not know my password|will not let me in|says my e-mail is unknown] SINCE",
        "I [moved house|married and took another name|changed my number] WHEN and your records [still have the old one|do not show it]",
        "the [code|link] to [log in|confirm my e-mail] never [comes|works]",
    ],
    "question": [
        "I am [thinking of|looking at] a ITEM and [the page says nothing about its size|can not tell if it suits a beginner]",
        "your advert for the ITEM [leaves open what it is made of|does not say how long it lasts]",
        "I [wonder about|can not choose between] two kinds of ITEM that you [sell|show]",
    ],
}
"""What stands as a sentence of its own."""

PLAIN = [
    "[I would like to|I need to|I want to|please help me to|is there a way to|could I] WANT",
    "FACT",
    "FACT, so I [would like to|need to|have to] WANT",
    "I am writing [to WANT|because FACT]",
    "[what do I have to do|who can help me] to WANT",
]
AGAINST = [
    "this is not [a request|a message|meant] to OTHER; I [want|would like|only need] to WANT",
    "I [do not want|am not asking|did not write] to OTHER, I [want|am asking|wrote] to WANT",
    "at first I [thought I had|wanted|planned] to OTHER, but [now|in the end|today] I [only need|would rather|have decided] to WANT",
    "please let me WANT [rather than|instead of making me] OTHER",
    "I [would like|want] to WANT, not to OTHER",
    "your [chat|assistant|form] [thinks|assumes] I want to OTHER. [Wrong|No]: I want to WANT",
    "WHO [called|wrote] WHEN to OTHER. [That is done|That is settled|Forget that]. [My own wish|What I need] is to WANT",
    "I [asked|wrote] WHEN to OTHER and [that went well|you solved it]. [Today|This time] I [need|want] to WANT",
    "[no need to|you do not have to help me to] OTHER [any more|]; what [is left|matters] is to WANT",
    "I [want|need] to WANT. [Nothing to do with my message|Do not mix this up with my mail] from WHEN, when I wanted to OTHER",
    "[it is not that|I would not write if only] OTHERFACT; [no,|the thing is,] FACT",
    "FACT. [By contrast,|The other matter,] that OTHERFACT, [is solved|you can ignore|no longer matters]",
    "WHO says OTHERFACT, [which is another case|but that is not why I write]. My case: FACT",
    "[earlier this year|some time ago] OTHERFACT, and you [helped|were quick]. [Now|Today it is different]: FACT",
    "to WANT is what I [need|am after]; to OTHER [can wait|is not]",
]
OPENERS = [
    "[hello|hi|good morning|dear team|good evening|hey there],",
    "[hello|hi] [again|everyone],",
    "[quick one|a short message]:",
    "",
    "",
    "",
    "",
]
ASIDES = [
    "I have been a customer for [2|3|5|7|10|12|many] years",
    "[your colleague|the lady on the phone] was [very kind|in a hurry|hard to understand]",
    "I [tried to call|rang] WHEN and [waited [20|15|30|40] minutes|nobody answered]",
    "I [bought|chose] it as a present for WHO",
    "[the weather|the traffic] here is awful, by the way",
    "I [read|went through] your [help page|terms] and [found nothing|got lost]",
    "it concerns ORDER",
    "I work [nights|shifts], so [mail|text] is better than a call",
    "WHO told me [to write here|that you answer fast]",
    "the ITEM from last year is [still great|fine], thanks",
    "[please be quick|it is a bit urgent|no hurry]",
    "I [live upstairs|am at work until six|have a small flat]",
]
CLOSERS = [
    "[thanks|thank you|many thanks] [in advance|for your help|]",
    "[best|kind] [wishes|regards]",
    "[please answer soon|hope you can help]",
    "",
    "",
    "",
]
ACCENT = [
    "sorry for my English",
    "please excuse my English, I am still learning",
    "English is not my first language",
    "I hope you understand my writing, I use a translator",
    "forgive mistakes, I am new to this language",
]
"""What people say who write in a language they learned late."""

INTENTS = tuple(WANTS)


def message(intent: str, *, accent: bool, rng: random.Random) -> str:
    """Return a message whose writer wants this; with an accent it says that English was learned late."""
    other = pick(rng, [name for name in INTENTS if name != intent])
    against = rng.random() < 0.5
    frame = expand(pick(rng, AGAINST if against else PLAIN), {"WHO": WORDS["WHO"], "WHEN": WORDS["WHEN"]}, rng)
    roles = {"WANT": WANTS[intent], "FACT": FACTS[intent], "OTHER": WANTS[other], "OTHERFACT": FACTS[other]}
    core = expand(frame, {**WORDS, **roles}, rng)
    first = int(rng.random() * 2.2)
    asides = [expand(aside, WORDS, rng) for aside in several(rng, ASIDES, first + int(rng.random() * 1.6))]
    before, after = asides[:first], asides[first:]
    excuse = [pick(rng, ACCENT)] if accent else []
    parts = [*(excuse if rng.random() < 0.5 else []), *before, core, *after, expand(pick(rng, CLOSERS), WORDS, rng)]
    if excuse and excuse[0] not in parts:
        parts.insert(-1, excuse[0])
    opener = expand(pick(rng, OPENERS), WORDS, rng)
    return sentence(f"{opener} " + " ".join(sentence(part) for part in parts if part))
