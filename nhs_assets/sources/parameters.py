"""Parameter files: dated numbers, each value with its range, source and day of review."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import yaml

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.ground.yaml_files import cell_text, is_plain, read_yaml
from nhs_assets.sources.cells import typed
from nhs_assets.sources.input_files import admitted, strays

PARAMETERS = "raw.parameter_value"
PARAMETER_KEYS = ("id", "label", "unit", "values")
VALUE_KEYS = ("valid_from", "value", "low", "high", "confidence", "source", "reference", "review_by")


def parameter_files(seeds_dir: Path) -> tuple[Path, ...]:
    """The parameter files, sorted by name.

    Raises:
        BadInput: if one may not be opened, or a file there would be passed over.
    """
    folder = seeds_dir / "parameters"
    found = admitted(folder.glob("*.yml"), seeds_dir)
    problems = strays(folder, found, seeds_dir)
    if problems:
        raise BadInput(problems)
    return found


def read_parameters(seeds_dir: Path) -> pl.DataFrame:
    """Every dated value in the parameter files, as ``raw.parameter_value`` types them, sorted by key.

    Raises:
        BadInput: with file, parameter, key and remedy. An unknown key is an error: a misspelt one would otherwise
            be ignored and the value would stand as if nothing had been said.
    """
    rows: list[dict[str, str | None]] = []
    lines: list[str] = []
    problems: list[Problem] = []
    stated: list[tuple[str, str]] = []
    for path in parameter_files(seeds_dir):
        name = path.relative_to(seeds_dir).as_posix()
        for entry in _entries(path, name, problems):
            label = f"parameter {entry.get('id', '?')}"
            stated.append((name, str(entry.get("id", "?"))))
            unlike = _key_problems(name, label, entry, PARAMETER_KEYS)
            problems += unlike
            problems += _plain_problems(name, label, {key: entry.get(key) for key in PARAMETER_KEYS if key != "values"})
            values = entry.get("values")
            if "values" in entry and (not isinstance(values, list) or not values):
                problems.append(Problem(name, "is no list of dated values", "Begin each with '- valid_from:'.", label))
            for value in values if isinstance(values, list) else []:
                where = f"{label} from {value.get('valid_from', '?')}" if isinstance(value, dict) else label
                found = _key_problems(name, where, value, VALUE_KEYS)
                found += _plain_problems(name, where, value if isinstance(value, dict) else {})
                problems += found
                if not found and not unlike:
                    rows.append(_row(name, entry, value))
                    lines.append(where)
    problems += _repeated(stated)
    if problems:
        raise BadInput(problems)
    described = contract(PARAMETERS)
    text = pl.DataFrame(rows, schema=dict.fromkeys(described.column_names, pl.String))
    frame, problems = typed("parameters", described, lines, text)
    if problems:
        files = dict(zip(lines, text["file"], strict=True))
        raise BadInput([replace(problem, file=files[problem.row]) for problem in problems])
    return frame


def _entries(path: Path, name: str, problems: list[Problem]) -> list[dict]:
    try:
        found = read_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(
            Problem(name, f"is not readable YAML: {' '.join(str(error).split())}", "Check the indentation.")
        )
        return []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        problems.append(Problem(name, "is not a list of parameters", "Start each parameter with '- id:'."))
        return []
    return found


def _key_problems(file: str, where: str, found: object, allowed: tuple[str, ...]) -> list[Problem]:
    keys = set(found) if isinstance(found, dict) else set()
    remedy = f"The keys are exactly: {', '.join(allowed)}."
    return [
        Problem(file, "the key is missing", remedy, row=where, column=key) for key in allowed if key not in keys
    ] + [
        Problem(file, "the key is unknown", remedy, row=where, column=str(key))
        for key in sorted(keys - set(allowed), key=str)
    ]


def _plain_problems(file: str, where: str, found: dict) -> list[Problem]:
    return [
        Problem(file, "is no text, number or date", "Write one plain value.", row=where, column=str(key))
        for key, cell in found.items()
        if not is_plain(cell)
    ]


def _repeated(found: Sequence[tuple[str, str]]) -> list[Problem]:
    """Parameters that stand twice: what one of them says would be overlooked."""
    counts = Counter(parameter for _, parameter in found)
    remedy = "Keep one of them, and put every dated value under it."
    return [
        Problem(file, "stands in two places", remedy, row=f"parameter {parameter}")
        for file, parameter in found
        if counts[parameter] > 1
    ]


def _row(file: str, entry: dict, value: dict) -> dict[str, str | None]:
    cells = {
        "parameter_id": entry["id"],
        "label": entry["label"],
        "unit": entry["unit"],
        "valid_from": value["valid_from"],
        "value": value["value"],
        "low": value["low"],
        "high": value["high"],
        "confidence": value["confidence"],
        "source_id": value["source"],
        "reference": value["reference"],
        "review_by": value["review_by"],
        "file": file,
    }
    return {key: cell_text(cell) for key, cell in cells.items()}
