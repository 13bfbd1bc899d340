"""Bodies of the programme in a publisher's file: their codes and names, and whether all are there."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.sources.publishers.interface import ReaderContext

CODE = "org code"
_KIND_WORDS = re.compile(r"\b(nhs|integrated care boards?|icb|commissioning support unit|csu)\b")
IS_BODY = re.compile(r"integrated care boards?\s*$|\bicb\s*$|commissioning support unit\s*$", re.IGNORECASE)
"""Matches the names of boards and commissioning support units."""


@dataclass(frozen=True)
class Body:
    """A body of the programme: its name and kind."""

    name: str
    kind: str


def bodies_on(organisations: pl.DataFrame, day: date, without: Collection[str] = ("dhsc",)) -> dict[str, Body]:
    """Bodies that existed on a day, by code."""
    existing = organisations.filter(
        (pl.col("valid_from") <= day)
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
        & ~pl.col("body").is_in(list(without))
    )
    columns = existing.sort("ods_code").select("ods_code", "name", "body")
    return {code: Body(name, kind) for code, name, kind in columns.iter_rows()}


def identity_problems(
    context: ReaderContext, line: int, code: str, name: str, bodies: Mapping[str, Body], day: date
) -> Iterator[Problem]:
    """What is wrong with a code and the name beside it: the code is unknown, or the name belongs to another code.

    Case and words for the kind of body are ignored. Only an unknown code has the column :data:`CODE`.
    """
    if code not in bodies and code in context.organisations["ods_code"]:
        rule, remedy = f"is the code of a body that was not open on {day}: {name}", "Correct the month or the code."
        yield context.problem(rule, remedy, line, CODE, code)
    elif code not in bodies:
        rule = f"is not the code of a known body on {day}: {name}"
        remedy = "If bodies were merged or renamed, update the organisation seed first; otherwise correct the code."
        yield context.problem(rule, remedy, line, CODE, code)
    elif _key(name) != _key(bodies[code].name):
        rule = f"does not match the code {code}, which is {bodies[code].name}"
        remedy = "Correct the code, or the name in the organisation seed."
        yield context.problem(rule, remedy, line, "org name", name)


def check_not_mixed(context: ReaderContext, rows: Iterable[tuple[int, str, date]]) -> None:
    """Refuses a file with boards that ended and boards that followed them on one day, naming each row of both.

    ``rows`` are lines with code and day. A code that goes on with another boundary is of either time.
    """
    boards = context.organisations.filter(body="icb").group_by("ods_code")
    spans = boards.agg(pl.col("valid_from").min(), pl.col("valid_to").fill_null(date.max).max())
    began, ended = ({code: day for code, *days in spans.iter_rows() if (day := days[place])} for place in (0, 1))
    lines: dict[date, list[tuple[int, str]]] = defaultdict(list)
    for line, code, day in rows:
        if code in began:
            lines[day].append((line, code))
    problems = []
    remedy = "They were never open together: get the file again from the publisher."
    for day, listed in lines.items():
        codes = {code for _, code in listed}
        successions = {ended[code] for code in codes if ended[code] < date.max}
        successions &= {began[code] - timedelta(days=1) for code in codes}
        for line, code in listed:
            if ended[code] in successions:
                rule = f"is the code of a board that ended on {ended[code]}, beside boards that followed, for {day}"
                problems.append(context.problem(rule, remedy, line, CODE, code))
            elif began[code] - timedelta(days=1) in successions:
                rule = f"is the code of a board that began on {began[code]}, beside boards that it followed, for {day}"
                problems.append(context.problem(rule, remedy, line, CODE, code))
    if problems:
        raise BadInputError(problems)


def check_complete(context: ReaderContext, needed: Mapping[str, Body], found: Iterable[str], period: str) -> None:
    """Refuses a file without rows for a body, naming each."""
    remedy = "Get the file again; if the body was closed or merged, update the organisation seed."
    missing = [
        context.problem(f"is missing {needed[code].name} for {period}", remedy, value=code)
        for code in sorted(needed.keys() - set(found))
    ]
    if missing:
        raise BadInputError(missing)


def _key(name: str) -> str:
    words = _KIND_WORDS.sub(" ", name.casefold().replace("&", " and "))
    return re.sub(r"[^a-z0-9]", "", words)
