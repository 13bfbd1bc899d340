"""Scenario files: what differs from the central scenario, and why it is run."""

import difflib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import yaml

from nhs_assets.contracts.registry import contract
from nhs_assets.contracts.vocabulary import ACCOUNTING_BASES, RAMPS
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.ground.yaml_files import cell_text, is_plain, read_yaml
from nhs_assets.sources.cells import typed
from nhs_assets.sources.input_files import admitted, door_problems, strays

SCENARIOS, OVERRIDES = "raw.scenario", "raw.scenario_override"
BESIDE = ("raw.parameter_value", "raw.recoup_profile")
"""Tables that say which parameters and which ways of taking back there are."""

CENTRAL = "central"
COMPUTED_PROFILES = ("as_agreed", "proportional_to_savings", "savings_capped")
"""Ways of taking back that no seed states: they follow from the reading of the deal or from the saving."""

NEEDED = ("id", "label", "rationale")
OPTIONAL = ("base", "overrides", "choices", "source")
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
"""Characters of an unknown name that are compared with those there are."""


@dataclass(frozen=True)
class _Scenario:
    file: str
    scenario_id: str
    label: object
    rationale: object
    base: str | None
    source: str
    overrides: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)


def scenario_files(seeds_dir: Path) -> tuple[Path, ...]:
    """The scenario files, sorted by name.

    Raises:
        BadInput: if one may not be opened, or a file there would be passed over.
    """
    folder = seeds_dir / "scenarios"
    found = admitted(folder.glob("*.yml"), seeds_dir)
    problems = strays(folder, found, seeds_dir)
    if problems:
        raise BadInput(problems)
    return found


def read_scenarios(
    paths: Sequence[Path], names: Sequence[str], beside: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """``raw.scenario`` and ``raw.scenario_override``: every scenario, with all it takes over from those it starts from.

    Args:
        paths: the files, one scenario each.
        names: name of each file in problems and in the table.
        beside: the tables named in ``BESIDE``.

    Raises:
        BadInput: with file, key, rule and the valid choices, for an unknown key, parameter or choice, a value that
            cannot be, a base that is not there, or two files with one id.
    """
    profiles = sorted({*beside["raw.recoup_profile"]["profile_id"], *COMPUTED_PROFILES})
    choices = {"recoup_profile": profiles, "ramp": list(RAMPS), "accounting_basis": list(ACCOUNTING_BASES)}
    parameters = {
        row["parameter_id"]: row for row in beside["raw.parameter_value"].sort("valid_from").iter_rows(named=True)
    }
    problems: list[Problem] = []
    read = [_read(path, name, parameters, choices, problems) for path, name in zip(paths, names, strict=True)]
    found: dict[str, _Scenario] = {}
    for one in filter(None, read):
        if one.scenario_id in found:
            rule = f"the id is that of {found[one.scenario_id].file} as well"
            problems.append(Problem(one.file, rule, "Give each scenario an id of its own.", column="id"))
        found[one.scenario_id] = one
    problems += _base_problems(found)
    if problems:
        raise BadInput(problems)
    return _tables([_with_base(one, found) for one in found.values()])


def _read(
    path: Path,
    name: str,
    parameters: Mapping[str, dict],
    choices: Mapping[str, Sequence[str]],
    problems: list[Problem],
) -> _Scenario | None:
    """One file; None, with the reasons among the problems, where it holds no scenario."""
    closed = door_problems(path, name)
    if closed:
        problems += closed
        return None
    try:
        content = read_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        rule = f"is not readable YAML: {' '.join(str(error).split())}"
        problems.append(Problem(name, rule, "Check the indentation and the quotes."))
        return None
    if not isinstance(content, dict):
        problems.append(Problem(name, "is not one scenario", "Start with 'id:', 'label:' and 'rationale:'."))
        return None
    before = len(problems)
    problems += _unknown(name, "key", map(str, content), (*NEEDED, *OPTIONAL))
    problems += [
        Problem(name, "the key is missing or empty", f"Every scenario has {', '.join(NEEDED)}.", column=key)
        for key in NEEDED
        if content.get(key) in (None, "")
    ]
    problems += [
        Problem(name, "is no text, number or date", "Write one plain value.", column=key)
        for key in (*NEEDED, "base", "source")
        if not is_plain(content.get(key))
    ]
    given = {key: content.get(key) or {} for key in ("overrides", "choices")}
    for key, value in given.items():
        if not isinstance(value, dict):
            example = "paid_take_up: 0.7" if key == "overrides" else "recoup_profile: all_2028_29"
            problems.append(Problem(name, "is not a list of names and values", f"Write '{example}'.", column=key))
    if len(problems) > before:
        return None
    return _Scenario(
        file=name,
        scenario_id=str(content["id"]),
        label=content["label"],
        rationale=content["rationale"],
        base=None if content["id"] == CENTRAL else str(content.get("base") or CENTRAL),
        source=str(content.get("source") or "project"),
        overrides=_overrides(name, given["overrides"], parameters, problems),
        choices=_choices(name, given["choices"], choices, problems),
    )


def _choices(
    name: str, given: Mapping, choices: Mapping[str, Sequence[str]], problems: list[Problem]
) -> dict[str, str]:
    problems += _unknown(name, "choice", map(str, given), list(choices))
    for key, allowed in choices.items():
        if key in given:
            problems += _unknown(name, key, [str(given[key])], allowed)
    return {key: str(value) for key, value in given.items()}


def _overrides(
    name: str, given: Mapping, parameters: Mapping[str, dict], problems: list[Problem]
) -> dict[str, tuple[float, float, float]]:
    problems += _unknown(name, "parameter", map(str, given), list(parameters), list_all=False)
    found: dict[str, tuple[float, float, float]] = {}
    for parameter_id, stated in given.items():
        if parameter_id not in parameters:
            continue
        parts = stated if isinstance(stated, dict) else {"value": stated}
        wrong = _unknown(name, f"key of {parameter_id}", map(str, parts), RANGE_KEYS)
        if "value" not in parts:
            wrong.append(Problem(name, "has no value", "Write 'value:' below it.", column=parameter_id))
        wrong += [
            problem for part in parts.values() for problem in _value_problems(name, parameters[parameter_id], part)
        ]
        if not wrong:
            value = float(parts["value"])
            low, high = float(parts.get("low", value)), float(parts.get("high", value))
            found[parameter_id] = (value, low, high)
            if not low <= value <= high:
                order = f"{low:g}, {value:g}, {high:g}"
                remedy = "Write low, value and high in rising order."
                wrong.append(Problem(name, "low, value and high are not in order", remedy, None, parameter_id, order))
        problems += wrong
    return found


def _value_problems(name: str, parameter: Mapping, value: object) -> list[Problem]:
    """Why a parameter cannot have a value, if it cannot."""
    parameter_id, unit = parameter["parameter_id"], parameter["unit"]
    least, greatest = LIMITS.get(unit, (0, math.inf))
    if parameter["high"] > 0:
        greatest = min(greatest, MOST_TIMES_HIGH * parameter["high"]) if greatest == math.inf else greatest
    remedy = (
        f"It is in {unit}, from {least:g} to {greatest:g}" if greatest < math.inf else f"It is in {unit}, not below nil"
    ) + f"; the central value is {parameter['value']:g}, its range {parameter['low']:g} to {parameter['high']:g}."
    if not isinstance(value, int | float) or isinstance(value, bool):
        return [Problem(name, "is not a number", remedy, None, parameter_id, str(value))]
    if unit in WHOLE and value != int(value):
        return [Problem(name, "is not a whole number", remedy, None, parameter_id, f"{value:g}")]
    if not least <= value <= greatest:
        return [Problem(name, "is impossible", remedy, None, parameter_id, f"{value:g}")]
    return []


def _unknown(
    name: str, what: str, given: Collection[str], known: Sequence[str], *, list_all: bool = True
) -> list[Problem]:
    """A problem for each name that is not known, with the nearest and the valid ones."""
    found = []
    for one in given:
        if one not in known:
            near = difflib.get_close_matches(one[:LONGEST_NAME], known, cutoff=0.5)
            hints = [f"Did you mean {' or '.join(near)}?"] if near else []
            if list_all:
                hints.append(f"There are: {', '.join(known)}.")
            elif not near:
                hints.append(
                    "nhs-assets query lists those there are: SELECT DISTINCT parameter_id FROM "
                    "evidence.parameter_value."
                )
            found.append(Problem(name, f"the {what} is unknown", " ".join(hints), value=one))
    return found


def _base_problems(found: Mapping[str, _Scenario]) -> list[Problem]:
    problems = []
    if CENTRAL not in found:
        problems.append(
            Problem("scenarios/central.yml", "the central scenario is missing", "Every other starts there.")
        )
    for one in found.values():
        if one.base is None:
            if one.overrides:
                rule = "the central scenario overrides parameters"
                problems.append(Problem(one.file, rule, "Change the parameters themselves.", column="overrides"))
            continue
        if one.base not in found:
            problems += _unknown(one.file, "base", [one.base], sorted(found))
            continue
        seen, base = {one.scenario_id}, one.base
        while base is not None and base in found and base not in seen:
            seen.add(base)
            base = found[base].base
        if base is not None and base in seen:
            problems.append(Problem(one.file, "starts from itself", "Choose another base.", column="base"))
    return problems


def _with_base(one: _Scenario, found: Mapping[str, _Scenario]) -> tuple[_Scenario, dict[str, str], dict[str, tuple]]:
    """A scenario with its choices, and its overrides with who states them, those of its bases filled in."""
    chain = [one]
    while chain[-1].base is not None:
        chain.append(found[chain[-1].base])
    choices: dict[str, str] = {}
    overrides: dict[str, tuple] = {}
    for each in reversed(chain):
        choices |= each.choices
        overrides |= {name: (*values, each.scenario_id) for name, values in each.overrides.items()}
    return one, choices, overrides


def _tables(scenarios: Sequence[tuple[_Scenario, dict[str, str], dict[str, tuple]]]) -> dict[str, pl.DataFrame]:
    rows: dict[str, list[dict]] = {SCENARIOS: [], OVERRIDES: []}
    lines: dict[str, list[str]] = {SCENARIOS: [], OVERRIDES: []}
    for one, choices, overrides in scenarios:
        rows[SCENARIOS].append(
            {
                "scenario_id": one.scenario_id,
                "label": one.label,
                "rationale": " ".join(str(one.rationale).split()),
                "base_scenario_id": one.base,
                "ramp": choices.get("ramp"),
                "recoup_profile_id": choices.get("recoup_profile"),
                "accounting_basis": choices.get("accounting_basis"),
                "source_id": one.source,
                "file": one.file,
            }
        )
        lines[SCENARIOS].append(one.file)
        for parameter_id, (value, low, high, stated_in) in overrides.items():
            rows[OVERRIDES].append(
                {
                    "scenario_id": one.scenario_id,
                    "parameter_id": parameter_id,
                    "value": repr(value),
                    "low": repr(low),
                    "high": repr(high),
                    "stated_in_scenario_id": stated_in,
                }
            )
            lines[OVERRIDES].append(f"{one.file}, {parameter_id}")
    tables = {}
    for table, found in rows.items():
        described = contract(table)
        text = pl.DataFrame(
            [{name: cell_text(cell) for name, cell in row.items()} for row in found],
            schema=dict.fromkeys(described.column_names, pl.String),
        )
        tables[table], problems = typed("scenarios", described, lines[table], text)
        if problems:
            raise BadInput(problems)
    return tables
