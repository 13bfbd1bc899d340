"""What a publication says of the one before: revisions with their cause, parts of each conclusion's move, alerts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import polars as pl

from nhs_assets.build.audit import CONCLUSION
from nhs_assets.build.conclusions import Conclusion, find_conclusions, values_of
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.build.wiring import product_recipes
from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.ground.scratch import scratch_folder
from nhs_assets.model.attribution import stored
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.revision.attribute import DEFINITIONS, Between, Part, attribute
from nhs_assets.revision.revise import NOT_MEASURED, PLACES_IN_TIME, Revision, as_frame, revise
from nhs_assets.revision.sides import Side, code_of_today, published_side, shapes_of_contracts
from nhs_assets.settings import Settings
from nhs_assets.store.staging import TableRecord

REVISION, ATTRIBUTION, ALERT = "audit.revision", "audit.attribution", "audit.alert"


@dataclass(frozen=True)
class Limits:
    """Parameters of a comparison."""

    inputs_most: int
    rows_most: int
    large_move_pct: float

    @classmethod
    def of(cls, parameter_value: pl.DataFrame) -> "Limits":
        """From the rows of ``raw.parameter_value``."""
        known = ParameterSet(parameter_value)
        return cls(
            inputs_most=int(known.value("attribution_inputs_most")),
            rows_most=int(known.value("revision_rows_most")),
            large_move_pct=known.value("alert_large_move_pct"),
        )


@dataclass(frozen=True)
class Comparison:
    """What two sides differ in."""

    old: Side
    new: Side
    revisions: Sequence[Revision]
    parts: Sequence[Part]


@dataclass(frozen=True)
class Moved:
    """A figure of a conclusion that differs; nothing where a side has no value."""

    conclusion: Conclusion
    figure: str
    old_value: float | None
    new_value: float | None
    parts: Sequence[Part]


def compare(settings: Settings, rebuild: Rebuild, old: Side, new: Side, on_step: Callable[[], None]) -> Comparison:
    """Holds two sides against each other: every figure, then every conclusion.

    Args:
        settings: where the SELECTs stand, and limits of DuckDB.
        rebuild: makes tables from mixed inputs.
        old: the side before.
        new: the side after.
        on_step: called before each mix of inputs is looked at.
    """
    limits = Limits.of(new.raw["raw.parameter_value"])
    parts: list[Part] = []
    if old.concluded is not None and new.concluded is not None:
        between = Between(rebuild, old.raw, new.raw)
        today = code_of_today(rebuild)
        for one in find_conclusions(settings.sql_dir):
            parts += _parts(between, one, old, new, today, limits, on_step)
    return Comparison(old, new, revise(settings, rebuild, old, new, limits.rows_most, parts), parts)


def turned(found: Comparison) -> Comparison:
    """The same comparison seen from its other side: every cause and the size of every part stay what they are."""
    kinds = {"added": "withdrawn", "withdrawn": "added"}
    return Comparison(
        found.new,
        found.old,
        [
            replace(
                one,
                kind=kinds.get(one.kind, one.kind),
                old_value=one.new_value,
                new_value=one.old_value,
                old_text=one.new_text,
                new_text=one.old_text,
            )
            for one in found.revisions
        ],
        [
            replace(one, contribution=-one.contribution, old_value=one.new_value, new_value=one.old_value)
            for one in found.parts
        ],
    )


def moved(settings: Settings, found: Comparison) -> list[Moved]:
    """Figures of conclusions that moved by more than the last digit stored, came or went.

    None where a side was published before conclusions were drawn.
    """
    old, new = found.old.concluded, found.new.concluded
    if old is None or new is None:
        return []
    conclusions = {one.conclusion_id: one for one in find_conclusions(settings.sql_dir)}
    figures = [key for key in dict.fromkeys([*new, *old]) if key[0] in conclusions]
    return [
        Moved(
            conclusions[key[0]],
            key[1],
            old.get(key),
            new.get(key),
            [part for part in found.parts if (part.conclusion_id, part.figure) == key],
        )
        for key in figures
        if _stored(old.get(key)) != _stored(new.get(key))
    ]


def review(
    settings: Settings,
    previous: Path | None,
    frozen: Mapping[str, Path],
    records: Mapping[str, TableRecord],
    version: str,
) -> dict[str, pl.DataFrame]:
    """The rows of ``audit.revision``, ``audit.attribution`` and ``audit.alert`` for a publication.

    Args:
        settings: where the SELECTs stand, and limits of DuckDB.
        previous: folder of the version published before; without one there is nothing to compare with and no row.
        frozen: Parquet file of every table about to be published.
        records: what each of them was made from.
        version: the version about to be published.
    """
    if previous is None:
        return {name: as_frame(contract(name), []) for name in (REVISION, ATTRIBUTION, ALERT)}
    old, new = published_side(previous), _frozen_side(frozen, records, version)
    with scratch_folder() as scratch:
        rebuild = Rebuild(settings, product_recipes(settings.sql_dir), scratch)
        found = compare(settings, rebuild, old, new, on_step=lambda: None)
    moves = moved(settings, found)
    large = Limits.of(new.raw["raw.parameter_value"]).large_move_pct
    rows = {
        REVISION: [one.row(old.name) for one in found.revisions],
        ATTRIBUTION: [_part_row(one, old.name) for one in found.parts],
        ALERT: _alerts(moves, version, old.name, large),
    }
    return {name: as_frame(contract(name), of_table) for name, of_table in rows.items()}


def message(moves: Sequence[Moved]) -> str:
    """What moved in one conclusion and what explains it, in plain words."""
    told, unit = [], moves[0].conclusion.unit
    for one in moves:
        line = f"{one.figure.replace('_', ' ')} went from {shown(one.old_value, unit)} to {shown(one.new_value, unit)}"
        if one.parts:
            largest = sorted(one.parts, key=lambda part: -abs(part.contribution))
            line += " (" + ", ".join(f"{part.input} {part.contribution.normalize():+f}" for part in largest) + ")"
        told.append(line)
    conclusion = moves[0].conclusion
    return f"{conclusion.label}, {conclusion.unit}: {'; '.join(told)}."


def shown(value: float | Decimal | None, unit: str) -> str:
    """A figure to six decimals without idle noughts, years without commas; ``no value`` where there is none."""
    if value is None:
        return "no value"
    text = f"{stored(value):f}" if unit in PLACES_IN_TIME else f"{stored(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _parts(
    between: Between,
    conclusion: Conclusion,
    old: Side,
    new: Side,
    today: Mapping[str, str],
    limits: Limits,
    on_step: Callable[[], None],
) -> list[Part]:
    behind = between.rebuild.raw_behind(conclusion.select.tables)
    if not behind <= set(old.raw) & set(new.raw):
        figures = [key for key in new.concluded if key[0] == conclusion.conclusion_id]
        values = [(key, _stored(old.concluded.get(key)), _stored(new.concluded[key])) for key in figures]
        return [
            Part(*key, DEFINITIONS, after - before, before, after)
            for key, before, after in values
            if before is not None and after is not None and before != after
        ]
    tables = between.rebuild.tables_behind(conclusion.select.tables)
    for side, chosen in ((old, frozenset()), (new, frozenset(between.inputs(conclusion)))):
        if all(side.code.get(name) == today[name] for name in [*tables, CONCLUSION]):
            between.know(conclusion, chosen, side.concluded)
    return attribute(between, conclusion, old.concluded, new.concluded, limits.inputs_most, on_step)


def _frozen_side(frozen: Mapping[str, Path], records: Mapping[str, TableRecord], version: str) -> Side:
    shapes = shapes_of_contracts()
    return Side(
        name=version,
        tables=frozen,
        shapes={name: shapes[name] for name in contracts() if name in frozen},
        raw={name: pl.read_parquet(path) for name, path in frozen.items() if name.startswith("raw.")},
        code={name: record.code_version for name, record in records.items()},
        sha256={name: record.sha256 for name, record in records.items()},
        concluded=values_of(pl.read_parquet(frozen[CONCLUSION])),
    )


def _part_row(part: Part, compared_with: str) -> dict:
    return {
        "conclusion_id": part.conclusion_id,
        "figure": part.figure,
        "input": part.input,
        "contribution": part.contribution,
        "old_value": float(part.old_value),
        "new_value": float(part.new_value),
        "move": part.new_value - part.old_value,
        "compared_with": compared_with,
    }


def _alerts(moves: Sequence[Moved], version: str, compared_with: str, large_move_pct: float) -> list[dict]:
    by_conclusion: dict[str, list[Moved]] = {}
    for one in moves:
        by_conclusion.setdefault(one.conclusion.conclusion_id, []).append(one)
    return [
        {
            "alert_id": f"{version}/{conclusion_id}",
            "conclusion_id": conclusion_id,
            "message": message(own),
            "severity": "large" if any(_is_large(one, large_move_pct) for one in own) else "small",
            "version": version,
            "compared_with": compared_with,
        }
        for conclusion_id, own in by_conclusion.items()
    ]


def _is_large(one: Moved, large_move_pct: float) -> bool:
    if one.old_value is None or one.new_value is None or one.old_value * one.new_value <= 0:
        return True
    if one.conclusion.unit in NOT_MEASURED:
        return True
    return abs(one.new_value / one.old_value - 1) * 100 > large_move_pct


def _stored(value: float | None) -> Decimal | None:
    return None if value is None else stored(value)
