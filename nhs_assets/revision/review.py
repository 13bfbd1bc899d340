"""What a publication changes: revisions with their causes, parts of each conclusion's move, and alerts."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import polars as pl

from nhs_assets.build.as_of import Raw
from nhs_assets.build.audit import CONCLUSION
from nhs_assets.build.conclusions import Conclusion, find_conclusions
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.build.wiring import product_recipes
from nhs_assets.contracts.registry import contract
from nhs_assets.ground.scratch import scratch_folder
from nhs_assets.model.attribution import stored
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.revision.attribute import CODE, DEFINITIONS, Mixes, Part, attribute
from nhs_assets.revision.inputs import in_todays_columns
from nhs_assets.revision.revise import NOT_MEASURED, PARAMETER, PLACES_IN_TIME, Revision, as_frame, revise
from nhs_assets.revision.table_state import TableState, code_of_today, frozen_state, published_state
from nhs_assets.settings import Settings
from nhs_assets.store.staging import TableRecord

REVISION, ATTRIBUTION, ALERT = "audit.revision", "audit.attribution", "audit.alert"


@dataclass(frozen=True)
class Comparison:
    """How two states differ."""

    old: TableState
    new: TableState
    revisions: Sequence[Revision]
    parts: Sequence[Part]

    def standard_error(self, *figure: str) -> float | None:
        """Monte Carlo standard error of the move of a figure over draws; None for any other.

        A state that does not hold its own, as it was published before they were, is taken to have that of the other.
        """
        held = [error for state in (self.old, self.new) if (error := state.errors.get(figure)) is not None]
        return math.hypot(held[0], held[-1]) if held else None


@dataclass(frozen=True)
class Move:
    """A figure of a conclusion that differs; None where a state has no value, or the move no standard error."""

    conclusion: Conclusion
    figure: str
    old_value: float | None
    new_value: float | None
    standard_error: float | None
    parts: Sequence[Part]


def compare(
    settings: Settings, rebuild: Rebuild, old: TableState, new: TableState, on_step: Callable[[], None]
) -> Comparison:
    """Compares every figure and every conclusion of two states; ``on_step`` is called before each mix of inputs."""
    limits = ParameterSet(new.raw[PARAMETER])
    parts: list[Part] = []
    if old.concluded is not None and new.concluded is not None:
        today = code_of_today(rebuild)
        mixes = Mixes(rebuild, _before(old, new, today), new.raw, on_step)
        most = int(limits.value("attribution_inputs_most"))
        for conclusion in find_conclusions(settings.sql_dir):
            parts += _parts(mixes, conclusion, old, new, today, most)
    most_rows = int(limits.value("revision_rows_most"))
    return Comparison(old, new, revise(settings, rebuild, old, new, most_rows, parts), parts)


def reversed_comparison(found: Comparison) -> Comparison:
    """The same comparison in the other direction: causes and the sizes of parts stay the same."""
    kinds = {"added": "withdrawn", "withdrawn": "added"}
    revisions = [
        replace(
            one,
            kind=kinds.get(one.kind, one.kind),
            old_value=one.new_value,
            new_value=one.old_value,
            old_text=one.new_text,
            new_text=one.old_text,
        )
        for one in found.revisions
    ]
    parts = [
        replace(part, contribution=-part.contribution, old_value=part.new_value, new_value=part.old_value)
        for part in found.parts
    ]
    return Comparison(found.new, found.old, revisions, parts)


def moves_of(settings: Settings, found: Comparison) -> list[Move]:
    """Figures of conclusions that moved by more than the last digit stored, appeared or disappeared.

    None if a state was published before conclusions were drawn.
    """
    old, new = found.old.concluded, found.new.concluded
    if old is None or new is None:
        return []
    conclusions = {one.conclusion_id: one for one in find_conclusions(settings.sql_dir)}
    return [
        Move(
            conclusions[conclusion_id],
            figure,
            old.get((conclusion_id, figure)),
            new.get((conclusion_id, figure)),
            found.standard_error(conclusion_id, figure),
            [part for part in found.parts if (part.conclusion_id, part.figure) == (conclusion_id, figure)],
        )
        for conclusion_id, figure in dict.fromkeys([*new, *old])
        if conclusion_id in conclusions
        and _stored(old.get((conclusion_id, figure))) != _stored(new.get((conclusion_id, figure)))
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
        settings: where the SELECTs are, and limits of DuckDB.
        previous: folder of the version before; without one there are no rows.
        frozen: Parquet file of every table of the publication.
        records: what each of them was made from.
        version: name of the publication.
    """
    if previous is None:
        return {name: as_frame(contract(name), []) for name in (REVISION, ATTRIBUTION, ALERT)}
    old, new = published_state(previous), frozen_state(frozen, records, version)
    with scratch_folder() as scratch:
        rebuild = Rebuild(settings, product_recipes(settings.sql_dir), scratch)
        found = compare(settings, rebuild, old, new, on_step=lambda: None)
    large_move_pct = ParameterSet(new.raw[PARAMETER]).value("alert_large_move_pct")
    parts = [
        vars(part)
        | {"old_value": float(part.old_value), "new_value": float(part.new_value)}
        | {"move": part.new_value - part.old_value, "compared_with": old.name}
        | {"move_standard_error": found.standard_error(part.conclusion_id, part.figure)}
        for part in found.parts
    ]
    rows = {
        REVISION: [one.row(old.name) for one in found.revisions],
        ATTRIBUTION: parts,
        ALERT: _alerts(moves_of(settings, found), version, old.name, large_move_pct),
    }
    return {name: as_frame(contract(name), of_table) for name, of_table in rows.items()}


def format_figure(value: float | Decimal | None, unit: str) -> str:
    """A figure to six decimals without trailing zeros, years without commas."""
    if value is None:
        return "no value"
    text = f"{stored(value):f}" if unit in PLACES_IN_TIME else f"{stored(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _before(old: TableState, new: TableState, today: Mapping[str, str]) -> Raw:
    """The raw tables before, as today's code can read them.

    They have today's columns. A table or a parameter that other code did without is as it is now: what it does, it
    does with the code that reads it.
    """
    redefined = {
        name: in_todays_columns(rows, new.raw[name], name) for name, rows in old.redefined.items() if name in new.raw
    }
    before = {**new.raw, **redefined, **old.raw}
    if any(old.code.get(table) != version for table, version in today.items()):
        since = new.raw[PARAMETER].join(before[PARAMETER], on="parameter_id", how="anti")
        before[PARAMETER] = pl.concat([before[PARAMETER], since])
    return before


def _parts(
    mixes: Mixes, conclusion: Conclusion, old: TableState, new: TableState, today: Mapping[str, str], most: int
) -> list[Part]:
    behind = mixes.rebuild.raw_behind(conclusion.select.tables)
    if not behind <= new.raw.keys():
        return [
            Part(*figure, DEFINITIONS, stored(after) - stored(before), stored(before), stored(after))
            for figure, after in new.concluded.items()
            for before in [old.concluded.get(figure)]
            if figure[0] == conclusion.conclusion_id and None not in (before, after) and stored(before) != stored(after)
        ]
    tables = mixes.rebuild.tables_behind(conclusion.select.tables)
    for state, chosen in ((old, frozenset()), (new, frozenset(mixes.inputs(conclusion)))):
        if all(state.code.get(name) == today[name] for name in [*tables, CONCLUSION]):
            mixes.know(conclusion, chosen, state.concluded)
    rest = CODE if behind <= old.raw.keys() else DEFINITIONS
    return attribute(mixes, conclusion, old.concluded, new.concluded, most, rest)


def _alerts(moves: Sequence[Move], version: str, compared_with: str, large_move_pct: float) -> list[dict]:
    by_conclusion: dict[str, list[Move]] = {}
    for move in moves:
        by_conclusion.setdefault(move.conclusion.conclusion_id, []).append(move)
    return [
        {
            "alert_id": f"{version}/{conclusion_id}",
            "conclusion_id": conclusion_id,
            "message": _message(own),
            "severity": "large" if any(_is_large(move, large_move_pct) for move in own) else "small",
            "version": version,
            "compared_with": compared_with,
        }
        for conclusion_id, own in by_conclusion.items()
    ]


def _message(moves: Sequence[Move]) -> str:
    """What moved in one conclusion and what explains it, in plain words."""
    conclusion, lines = moves[0].conclusion, []
    for move in moves:
        before, after = (format_figure(value, conclusion.unit) for value in (move.old_value, move.new_value))
        line = f"{move.figure.replace('_', ' ')} went from {before} to {after}"
        if move.parts:
            largest = sorted(move.parts, key=lambda part: -abs(part.contribution))
            line += " (" + ", ".join(f"{part.input} {part.contribution.normalize():+f}" for part in largest) + ")"
        if move.standard_error:
            line += f", of which {2 * move.standard_error:,.1f} either way may be other draws"
        lines.append(line)
    return f"{conclusion.label}, {conclusion.unit}: {'; '.join(lines)}."


def _is_large(move: Move, large_move_pct: float) -> bool:
    if None in (move.old_value, move.new_value) or move.old_value * move.new_value <= 0:
        return True
    if move.conclusion.unit in NOT_MEASURED:
        return True
    return abs(move.new_value / move.old_value - 1) * 100 > large_move_pct


def _stored(value: float | None) -> Decimal | None:
    return None if value is None else stored(value)
