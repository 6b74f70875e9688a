"""What a group, and the stratum that it was compared within, are called wherever an audit speaks of them. Knows no figure."""

from __future__ import annotations

from fmcore.audit.records import Group
from fmcore.records import Sentence


def named(group: Group) -> str:
    """Return a group's name for people: its value, or its values with a dot between, so that a list of groups can be read.

    Example:
        >>> named({"sex": "Female", "race": "Asian"})
        'Female · Asian'
    """
    return " · ".join(group.values())


def stratum(within: Group) -> str:
    """Return what all compared rows share, with the name of its column: many values say nothing without.

    Example:
        >>> stratum({"age_cat": "25 - 45"})
        'age_cat 25 - 45'
    """
    return ", ".join(f"{column} {value}" for column, value in within.items())


def found_within(template: str, within: Group, **values: str | int) -> Sentence:
    """Return a finding, said of the stratum where there is one: behind what was found and before what follows its colon.

    Example:
        >>> str(found_within("Fail: the gap is {gap} points.", {"age_cat": "25 - 45"}, gap=12))
        'Fail within age_cat 25 - 45: the gap is 12 points.'
    """
    if not within:
        return Sentence(template, values)
    return Sentence(template.replace(": ", " within {stratum}: ", 1), {**values, "stratum": stratum(within)})


def seen_within(template: str, within: Group, **values: str | int) -> Sentence:
    """Return what was seen, with the stratum ahead where there is one.

    Example:
        >>> str(seen_within("The answer is right for {n} of 10.", {"age_cat": "25 - 45"}, n=9))
        'Within age_cat 25 - 45: the answer is right for 9 of 10.'
    """
    if not within:
        return Sentence(template, values)
    return Sentence("Within {stratum}: " + template[0].lower() + template[1:], {**values, "stratum": stratum(within)})
