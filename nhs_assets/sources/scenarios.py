"""Scenario files: how a scenario differs from the best estimate, and why it is run."""

import difflib
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.contracts.vocabulary import ACCOUNTING_BASES, DEPARTURES, RAMPS, STREAMS
from nhs_assets.ground.problems import BadInputError, Problem, collected
from nhs_assets.ground.yaml_files import is_plain
from nhs_assets.sources.cells import typed_rows
from nhs_assets.sources.input_files import Entry, Plain, access_problems, load, must, readable_files, validated

SCENARIOS, OVERRIDES = "raw.scenario", "raw.scenario_override"
INPUT_TABLES = ("raw.parameter_value", "raw.recoup_profile")
"""Tables that list the parameters and the recoup profiles."""

BEST_ESTIMATE = "best_estimate"
COMPUTED_PROFILES = ("as_agreed", "proportional_to_savings", "savings_capped")
"""Recoup profiles in no seed: they follow from the reading of the deal or from the saving."""

MOVES = ("cost", "saving")
"""What a scenario may say that it moves; nothing, where it changes the financing alone."""
RANGE_KEYS = ("value", "low", "high")
LIMITS = {
    "share": (0, 1),
    "ratio": (0, 2),
    "%": (-20, 100),
    "% a year": (-20, 100),
    "months": (0, 60),
    "years": (0, 50),
}
"""Least and greatest possible value by unit; any other quantity is not negative."""

WHOLE = ("months",)
MOST_TIMES_HIGH = 10
"""A value above this many times the high end of its parameter's range is a misplaced zero."""

LONGEST_NAME = 100
"""Characters of an unknown name that are compared with the known ones."""

Values = tuple[float, float, float]
_Filled = Annotated[
    Any, must("must be a plain value, not empty", lambda value: value not in (None, "") and is_plain(value))
]
_Named = Annotated[Any, must("must be a list of names and values", lambda v: v is None or isinstance(v, dict))]
_Moves = Annotated[
    Any,
    must(
        f"must be a list of: {', '.join(MOVES)}",
        lambda v: v is None or (isinstance(v, list) and all(what in MOVES for what in v)),
    ),
]


class _Content(Entry):
    id: _Filled
    label: _Filled
    rationale: _Filled
    base: Plain = None
    source: Plain = None
    moves: _Moves = None
    overrides: _Named = None
    departures: _Named = None
    choices: _Named = None


class _Scenario:
    """One file: who it is, and what it sets itself (values by parameter, and choices)."""

    def __init__(self, file: str, content: _Content, overrides: Mapping[str, Values]) -> None:
        self.file, self.content, self.overrides = file, content, overrides
        self.scenario_id = str(content.id)
        self.base = None if content.id == BEST_ESTIMATE else str(content.base or BEST_ESTIMATE)
        self.choices = {str(key): str(value) for key, value in (content.choices or {}).items()}
        self.departures = {str(stream): str(months) for stream, months in (content.departures or {}).items()}


def scenario_files(seeds_dir: Path) -> tuple[Path, ...]:
    """The scenario files, sorted by name."""
    return readable_files(seeds_dir / "scenarios", "*.yml", seeds_dir)


def read_scenarios(
    paths: Sequence[Path], names: Sequence[str], tables: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """``raw.scenario`` and ``raw.scenario_override``: every scenario, with what it inherits from its bases.

    ``names`` are those of the files in problems and in the table; ``tables`` those named in ``INPUT_TABLES``.

    Raises:
        BadInputError: with file, key, rule and the valid choices.
    """
    profiles = sorted({*tables["raw.recoup_profile"]["profile_id"], *COMPUTED_PROFILES})
    choices = {"recoup_profile": profiles, "ramp": list(RAMPS), "accounting_basis": list(ACCOUNTING_BASES)}
    # One that is stated as a range only has no value that a scenario could move.
    valued = tables["raw.parameter_value"].drop_nulls("value").sort("valid_from")
    parameters = {row["parameter_id"]: row for row in valued.iter_rows(named=True)}
    problems: list[Problem] = []
    found: dict[str, _Scenario] = {}
    for path, name in zip(paths, names, strict=True):
        with collected(problems):
            if closed := access_problems(path, name):
                raise BadInputError(closed)
            content = validated(_Content, load(path, name), name, "Write plain values, lists as 'name: value'.")
            scenario = _Scenario(name, content, _overrides(name, content.overrides or {}, parameters, problems))
            problems += _unknown(name, "choice", scenario.choices, list(choices))
            problems += _unknown(name, "stream", scenario.departures, list(STREAMS))
            problems += _departure_problems(name, scenario.departures)
            for key, allowed in choices.items():
                problems += _unknown(name, key, [scenario.choices[key]] if key in scenario.choices else [], allowed)
            if scenario.scenario_id in found:
                rule = f"the id is that of {found[scenario.scenario_id].file} as well"
                problems.append(Problem(name, rule, "Give each scenario an id of its own.", column="id"))
            found[scenario.scenario_id] = scenario
    problems += _base_problems(found)
    if problems:
        raise BadInputError(problems)
    return _tables(found)


def _overrides(name: str, given: Mapping, parameters: Mapping[str, dict], problems: list[Problem]) -> dict[str, Values]:
    problems += _unknown(name, "parameter", map(str, given), list(parameters), list_all=False)
    found: dict[str, Values] = {}
    for parameter_id, stated in given.items():
        if parameter_id not in parameters:
            continue
        parts = stated if isinstance(stated, dict) else {"value": stated}
        wrong = [*_unknown(name, f"key of {parameter_id}", map(str, parts), RANGE_KEYS)]
        if "value" not in parts:
            wrong.append(Problem(name, "has no value", "Write 'value:' below it.", column=parameter_id))
        for part in parts.values():
            wrong += _value_problems(name, parameters[parameter_id], part)
        if not wrong:
            value = float(parts["value"])
            low, high = float(parts.get("low", value)), float(parts.get("high", value))
            found[parameter_id] = (value, low, high)
            if not low <= value <= high:
                remedy, order = "Write low, value and high in rising order.", f"{low:g}, {value:g}, {high:g}"
                wrong.append(Problem(name, "low, value and high are not in order", remedy, None, parameter_id, order))
        problems += wrong
    return found


def _value_problems(name: str, parameter: Mapping, value: object) -> list[Problem]:
    """Why a parameter cannot have a value, if it cannot."""
    unit = parameter["unit"]
    least, greatest = LIMITS.get(unit, (0, MOST_TIMES_HIGH * parameter["high"] if parameter["high"] > 0 else math.inf))
    most = f"from {least:g} to {greatest:g}" if greatest < math.inf else "not below zero"
    if not isinstance(value, int | float) or isinstance(value, bool):
        rule = "is not a number"
    elif unit in WHOLE and value != int(value):
        rule = "is not a whole number"
    elif not least <= value <= greatest:
        rule = "is impossible"
    else:
        return []
    value_and_range = "{value:g}, its range {low:g} to {high:g}".format_map(parameter)
    remedy = f"It is in {unit}, {most}; the central value is {value_and_range}."
    shown = str(value) if rule == "is not a number" else f"{value:g}"
    return [Problem(name, rule, remedy, None, parameter["parameter_id"], shown)]


def _departure_problems(name: str, departures: Mapping[str, str]) -> Iterator[Problem]:
    """Why streams cannot leave in these months, if they cannot."""
    remedy = "Write months as 2026-01 to 2026-12, or 2026-01 to 2026-12, approved 2025-12."
    for stream, text in departures.items():
        found = re.fullmatch(DEPARTURES, text)
        months = [month for month in found.groups()[1:] if month] if found else []
        if not found or found[1] or any(not 1 <= int(month[-2:]) <= 12 for month in months):
            yield Problem(name, "is no span of months", remedy, None, f"departures.{stream}", text)
        elif found[2] > found[3] or (found[4] or "") > found[2]:
            rule = "the months are not in order: approved, first, last"
            yield Problem(name, rule, remedy, None, f"departures.{stream}", text)


def _unknown(
    name: str, what: str, given: Iterable[str], known: Sequence[str], *, list_all: bool = True
) -> Iterator[Problem]:
    """A problem for each unknown name, with the closest and the valid ones."""
    query = "nhs-assets query lists them: SELECT DISTINCT parameter_id FROM evidence.parameter_value."
    for unknown in (word for word in given if word not in known):
        near = difflib.get_close_matches(unknown[:LONGEST_NAME], known, cutoff=0.5)
        hints = [f"Did you mean {' or '.join(near)}?"] if near else []
        if list_all or not near:
            hints.append(f"There are: {', '.join(known)}." if list_all else query)
        yield Problem(name, f"the {what} is unknown", " ".join(hints), value=unknown)


def _base_problems(found: Mapping[str, _Scenario]) -> Iterator[Problem]:
    if BEST_ESTIMATE not in found:
        yield Problem("scenarios/best_estimate.yml", "the best estimate is missing", "All others start from it.")
    for scenario in found.values():
        if scenario.base is None and scenario.overrides:
            rule = "the best estimate overrides parameters"
            yield Problem(scenario.file, rule, "Change the parameters themselves.", column="overrides")
        elif scenario.base is not None and scenario.base not in found:
            yield from _unknown(scenario.file, "base", [scenario.base], sorted(found))
        elif _chain(scenario, found)[-1].base in found:
            yield Problem(scenario.file, "starts from itself", "Choose another base.", column="base")


def _chain(scenario: _Scenario, found: Mapping[str, _Scenario]) -> list[_Scenario]:
    """A scenario and its bases, up to the first that has none, or whose base is unknown or among them."""
    chain = [scenario]
    while (base := found.get(chain[-1].base)) is not None and base not in chain:
        chain.append(base)
    return chain


def _tables(found: Mapping[str, _Scenario]) -> dict[str, pl.DataFrame]:
    rows: dict[str, list[tuple[str, dict]]] = {SCENARIOS: [], OVERRIDES: []}
    for scenario in found.values():
        choices: dict[str, str] = {}
        departures: dict[str, str] = {}
        moves: list[str] | None = None
        overrides: dict[str, tuple[str, Values]] = {}
        for stating in reversed(_chain(scenario, found)):
            choices |= stating.choices
            departures |= stating.departures
            moves = stating.content.moves if stating.content.moves is not None else moves
            overrides |= {name: (stating.scenario_id, values) for name, values in stating.overrides.items()}
        own = {"scenario_id": scenario.scenario_id}
        row = own | {
            "label": scenario.content.label,
            "rationale": " ".join(str(scenario.content.rationale).split()),
            "base_scenario_id": scenario.base,
            "departures": "; ".join(f"{stream} {departures[stream]}" for stream in sorted(departures)) or None,
            **{f"moves_{what}": None if moves is None else str(what in moves).lower() for what in MOVES},
            "recoup_profile_id": choices.get("recoup_profile"),
            "source_id": str(scenario.content.source or "project"),
            "file": scenario.file,
        }
        rows[SCENARIOS].append((scenario.file, choices | row))
        for parameter_id, (stated_in, values) in overrides.items():
            row = own | {"parameter_id": parameter_id, "stated_in_scenario_id": stated_in}
            row |= zip(RANGE_KEYS, map(repr, values), strict=True)
            rows[OVERRIDES].append((f"{scenario.file}, {parameter_id}", row))
    tables = {}
    for table, table_rows in rows.items():
        tables[table], problems = typed_rows("scenarios", contract(table), table_rows)
        if problems:
            raise BadInputError(problems)
    return tables
