"""Parameter files: dated numbers, each value with its range, source and day of review."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import BadInputError, Problem, collected
from nhs_assets.sources.cells import broken_rules, typed_rows
from nhs_assets.sources.input_files import Entry, Plain, load, must, readable_files, validated

PARAMETERS = "raw.parameter_value"


class _Value(Entry):
    valid_from: Plain
    value: Plain | None = None
    low: Plain
    high: Plain
    confidence: Plain
    source: Plain
    reference: Plain
    review_by: Plain


class _Parameter(Entry):
    id: Plain
    label: Plain
    unit: Plain
    values: Annotated[Any, must("must be a list of dated values", lambda found: found and isinstance(found, list))]


def parameter_files(seeds_dir: Path) -> tuple[Path, ...]:
    """The parameter files, sorted by name."""
    return readable_files(seeds_dir / "parameters", "*.yml", seeds_dir)


def read_parameters(seeds_dir: Path) -> pl.DataFrame:
    """Every dated value in the parameter files as rows of ``raw.parameter_value``, sorted by key."""
    described = contract(PARAMETERS)
    problems: list[Problem] = []
    frames = [pl.DataFrame(schema=described.polars_schema())]
    ids: list[tuple[str, str]] = []
    for path in parameter_files(seeds_dir):
        name = path.relative_to(seeds_dir).as_posix()
        rows: list[tuple[str, dict]] = []
        wrong: list[Problem] = []
        with collected(wrong):
            entries = load(path, name)
            if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
                raise BadInputError([Problem(name, "is not a list of parameters", "Start each one with '- id:'.")])
            for entry in entries:
                place = f"parameter {entry.get('id', '?')}"
                ids.append((name, place))
                with collected(wrong):
                    validated(_Parameter, entry, name, row=place)
                values = entry.get("values")
                for value in values if isinstance(values, list) else ():
                    line = f"{place} from {value.get('valid_from', '?')}" if isinstance(value, dict) else place
                    with collected(wrong):
                        cells = validated(_Value, value, name, row=line).model_dump()
                        own = {"parameter_id": entry.get("id"), "label": entry.get("label"), "unit": entry.get("unit")}
                        rows.append((line, own | cells | {"source_id": cells["source"], "file": name}))
        problems += wrong
        if not wrong:
            frame, broken = typed_rows(name, described, rows)
            problems += broken
            frames.append(frame)
    counts = Counter(place for _, place in ids)
    remedy = "Keep one of them, with every dated value under it."
    problems += [Problem(name, "appears twice", remedy, place) for name, place in ids if counts[place] > 1]
    frame = pl.concat(frames).sort(described.primary_key)
    if not problems and not described.model.is_valid(frame):  # a rule compares parameters of several files
        places = [f"parameter {row[0]} from {row[1]}" for row in frame.select(described.primary_key).rows()]
        problems = broken_rules("parameters", described, places, frame)
    if problems:
        raise BadInputError(problems)
    return frame
