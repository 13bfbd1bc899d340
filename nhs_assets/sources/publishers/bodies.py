"""Bodies of the programme in a publisher's file: known codes, the names that go with them, and none missing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.sources.publishers.interface import Beside

_KIND_WORDS = re.compile(r"\b(nhs|integrated care boards?|icb|commissioning support unit|csu)\b")
IS_BODY = re.compile(r"integrated care boards?\s*$|\bicb\s*$|commissioning support unit\s*$", re.IGNORECASE)
"""Ends the name of a board or of a commissioning support unit."""


@dataclass(frozen=True)
class Body:
    """A body of the programme: its name and what kind it is."""

    name: str
    kind: str


def bodies_on(organisations: pl.DataFrame, day: date, without: Iterable[str] = ("dhsc",)) -> dict[str, Body]:
    """Bodies that existed on a day, by code."""
    there = organisations.filter(
        (pl.col("valid_from") <= day)
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
        & ~pl.col("body").is_in(list(without))
    )
    return {row["ods_code"]: Body(row["name"], row["body"]) for row in there.sort("ods_code").iter_rows(named=True)}


def same_name(left: str, right: str) -> bool:
    """Whether two names are of one body, whatever case and words for its kind they are written with."""
    return _name_key(left) == _name_key(right)


def unknown_body(beside: Beside, line: int, code: str, name: str, day: date) -> Problem:
    """The problem of a board or unit that is not known under its code: a merged one, or a damaged code."""
    rule = f"is a body that is not known under its code on {day}: {name}"
    remedy = (
        "If bodies were merged or renamed, describe them in the organisation seed first; otherwise correct the code."
    )
    return Problem(beside.name, rule, remedy, line, "org code", code)


def name_problem(beside: Beside, line: int, code: str, name: str, body: Body) -> Problem | None:
    """What is wrong if the name beside a code is another body's."""
    if same_name(name, body.name):
        return None
    rule = f"names another body than the code {code}, which is {body.name},"
    return Problem(beside.name, rule, "Correct the code, or the name in the organisation seed.", line, "org name", name)


def check_none_missing(beside: Beside, needed: Mapping[str, Body], found: Iterable[str], when: str) -> None:
    """Refuses a file that has lost the rows of a body.

    Raises:
        BadInput: naming each body that is missing.
    """
    missing = sorted(set(needed) - set(found))
    if missing:
        remedy = "Get the file again; if the body was closed or merged, say so in the organisation seed."
        raise BadInput(
            [
                Problem(beside.name, f"lacks {needed[code].name} for {when}", remedy, None, None, code)
                for code in missing
            ]
        )


def _name_key(name: str) -> str:
    words = _KIND_WORDS.sub(" ", name.casefold().replace("&", " and "))
    return re.sub(r"[^a-z0-9]", "", words)
