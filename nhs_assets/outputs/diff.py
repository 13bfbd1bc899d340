"""What two published versions, or two days of knowledge, conclude differently, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from nhs_assets.build.as_of_files import Writer, published_raw
from nhs_assets.build.conclusions import find_conclusions
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.build.wiring import product_recipes
from nhs_assets.contracts.audit import CAUSES
from nhs_assets.contracts.known import VINTAGE
from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.ground.scratch import scratch_folder
from nhs_assets.revision.review import Comparison, compare, format_figure, moves_of, reversed_comparison
from nhs_assets.revision.revise import as_frame, named_together
from nhs_assets.revision.table_state import TableState, code_of_today, known_state, published_state
from nhs_assets.settings import Settings
from nhs_assets.store.snapshot import NothingPublishedError, current_version, is_whole, version_folder, versions

MOVES = {
    **dict.fromkeys(("conclusion_id", "figure", "unit"), pl.String),
    **dict.fromkeys(("old_value", "new_value"), pl.Float64),
    "move": pl.Decimal(18, 6),
    "input": pl.String,
    "contribution": pl.Decimal(18, 6),
    "standard_error": pl.Float64,
}


class UnknownStateError(LookupError):
    """There is no such published version, vintage or day."""


@dataclass(frozen=True)
class Diff:
    """What differs.

    Attributes:
        old, new: the states in words.
        moves: a row for each part of each conclusion's move; a figure that appeared or disappeared has one row.
        summary: revisions by cause and table: how many, and the largest change.
        revisions: every figure that differs, as ``audit.revision`` holds them.
        called: what readers call the inputs that decide a conclusion, by conclusion and input.
    """

    old: str
    new: str
    moves: pl.DataFrame
    summary: pl.DataFrame
    revisions: pl.DataFrame
    called: Mapping[str, Mapping[str, str]]


def diff(settings: Settings, old: str | None, new: str | None, on_step: Callable[[str], None] = lambda _: None) -> Diff:
    """Compares two states. Only the cache of past days in the data folder is written to.

    Args:
        settings: the data folder and the limits.
        old: a published version by id or number, a vintage, or a day; without it the version before ``new``.
        new: the same kind; without it the current version.
        on_step: called with each step.

    Raises:
        UnknownStateError: if a state is none of these, or the two are of different kinds, with those there are.
    """
    kept, current = versions(settings.data_dir), current_version(settings.data_dir)
    if current is None:
        raise NothingPublishedError(settings.data_dir)
    with scratch_folder() as scratch:
        rebuild = Rebuild(settings, product_recipes(settings.sql_dir), scratch)
        wanted_new = new or current
        wanted_old = old or _before(kept, _version(kept, wanted_new) or current)
        named = [_version(kept, wanted) for wanted in (wanted_old, wanted_new)]
        if all(named):
            on_step("reading the published versions")
            before, after = (published_state(_whole(settings.data_dir, version)) for version in named)
            is_backwards = kept.index(named[0]) > kept.index(named[1])
        else:
            before, after = _known(settings, rebuild, wanted_old, wanted_new, kept, on_step)
            is_backwards = before.day > after.day
        # A move has one split and one cause in either direction: the later state is what changed.
        first, second = (after, before) if is_backwards else (before, after)
        found = compare(settings, rebuild, first, second, lambda: on_step("drawing conclusions from mixed inputs"))
        return _diff(settings, reversed_comparison(found) if is_backwards else found)


def _before(kept: list[str], version: str) -> str:
    if kept.index(version) == 0:
        raise UnknownStateError(
            f"there is no version before {version} to compare with; name two, or two vintages. "
            f"Published versions: {', '.join(kept)}"
        )
    return kept[kept.index(version) - 1]


def _version(kept: list[str], wanted: str) -> str | None:
    """A published version by its id, or by its number with or without leading zeros."""
    if wanted in kept:
        return wanted
    numbered = {int(version.partition("-")[0]): version for version in kept}
    return numbered.get(int(wanted)) if wanted.isdecimal() else None


def _whole(data_dir: Path, version: str) -> Path:
    folder = version_folder(data_dir, version)
    if not is_whole(folder):
        raise UnknownStateError(f"version {version} is damaged or incomplete; publish again: nhs-assets refresh")
    return folder


def _known(
    settings: Settings,
    rebuild: Rebuild,
    wanted_old: str,
    wanted_new: str,
    kept: list[str],
    on_step: Callable[[str], None],
) -> tuple[TableState, TableState]:
    raw = published_raw(_whole(settings.data_dir, current_version(settings.data_dir)))
    vintages = dict(raw[VINTAGE].sort("known_from", "vintage_id").select("vintage_id", "known_from").iter_rows())
    days = {wanted: vintages.get(wanted) or _day(wanted) for wanted in (wanted_old, wanted_new)}
    unknown = [wanted for wanted, day in days.items() if day is None and _version(kept, wanted) is None]
    if unknown or None in days.values():
        wrong = f"there is no {' and no '.join(unknown)}" if unknown else "a version and a vintage cannot be compared"
        raise UnknownStateError(
            f"{wrong}; name two published versions, or two vintages or days.\n"
            f"Published versions: {', '.join(kept)}\n"
            f"Vintages: {', '.join(f'{name} ({day})' for name, day in vintages.items())}\n"
            "Days: such as 2025-11-13"
        )
    writer = Writer(settings, rebuild.folder)
    knowledge = writer.knowledge(raw)
    errors = published_state(version_folder(settings.data_dir, current_version(settings.data_dir))).errors
    states: dict[str, TableState] = {}
    lender = None
    # The later state is built first: it lends its deflator to an earlier one that knew none.
    for name in sorted((wanted_new, wanted_old), key=days.get, reverse=True):
        on_step(f"building what was known on {days[name]}")
        file = writer.file(knowledge.by(days[name], lender))
        states[name] = known_state(name, days[name], file, code_of_today(rebuild), errors)
        lender = states[name].deflator
    return states[wanted_old], states[wanted_new]


def _day(wanted: str) -> date | None:
    try:
        return date.fromisoformat(wanted)
    except ValueError:
        return None


def _diff(settings: Settings, found: Comparison) -> Diff:
    revisions = as_frame(contract("audit.revision"), (one.row(found.old.name) for one in found.revisions))
    moves = [
        {
            "conclusion_id": move.conclusion.conclusion_id,
            "figure": move.figure,
            "unit": move.conclusion.unit,
            "old_value": move.old_value,
            "new_value": move.new_value,
            "move": part and part.new_value - part.old_value,
            "input": part and part.input,
            "contribution": part and part.contribution,
            "standard_error": move.standard_error,
        }
        for move in moves_of(settings, found)
        for part in (move.parts or [None])
    ]
    return Diff(
        old=_state_in_words(found.old),
        new=_state_in_words(found.new),
        moves=pl.DataFrame(moves, schema=MOVES),
        summary=by_cause(revisions),
        revisions=revisions,
        called={one.conclusion_id: one.called for one in find_conclusions(settings.sql_dir)},
    )


def by_cause(revision: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``audit.revision`` counted by cause and table, with the figure that changed most in per cent."""
    travel = {name: place for place, name in enumerate(contracts())}
    return (
        revision.sort(pl.col("change_pct").abs(), descending=True, nulls_last=True)
        .group_by("cause", "table_name", maintain_order=True)
        .agg(
            *((pl.col("kind") == kind).sum().alias(kind) for kind in ("added", "changed", "withdrawn")),
            largest=pl.col("figure_id").filter(pl.col("change_pct").is_not_null()).first(),
            largest_pct=pl.col("change_pct").first(),
            caused_by=pl.col("caused_by").unique().sort(),
        )
        .sort(
            pl.col("cause").replace_strict({cause: place for place, cause in enumerate(CAUSES)}),
            # A table that was withdrawn has no contract any more.
            pl.col("table_name").replace_strict(travel, default=len(travel), return_dtype=pl.Int64),
            "table_name",
        )
        .with_columns(pl.col("caused_by").map_elements(named_together, return_dtype=pl.String))
    )


def as_lines(found: Diff) -> list[str]:
    """The comparison as lines of text: conclusions with their parts, then revisions by cause."""
    lines = [f"from {found.old}", f"to   {found.new}", ""]
    if found.moves.is_empty():
        lines.append("No conclusion moved.")
    for (conclusion_id, figure), parts in found.moves.group_by("conclusion_id", "figure", maintain_order=True):
        first = parts.row(0, named=True)
        before, after = (format_figure(first[name], first["unit"]) for name in ("old_value", "new_value"))
        line = f"{conclusion_id}: {figure}  {before} -> {after} {first['unit']}"
        if first["input"] is None:
            how = "new" if first["old_value"] is None else "gone"
            lines.append(f"{line} ({how}, so there is no move to split)")
            continue
        lines.append(line)
        called = found.called.get(conclusion_id, {})
        contributions = dict.fromkeys(called, Decimal(0)) | dict(parts.select("input", "contribution").iter_rows())
        for name, contribution in contributions.items():
            lines.append(f"    {contribution:>+16,.6f}  {name}{f' ({called[name]})' if name in called else ''}")
        lines.append(f"    {first['move']:>+16,.6f}  in all")
        if error := first["standard_error"]:
            lines.append(
                f"    {f'± {2 * error:,.6f}':>16}  may be other draws: a part within it may be no more than that"
            )
    lines += ["", "Figures that differ, by cause:" if len(found.summary) else "No figure differs."]
    for (cause,), tables in found.summary.group_by("cause", maintain_order=True):
        lines.append(f"{cause.replace('_', ' ')}")
        lines += [f"    {_counted(row)}" for row in tables.iter_rows(named=True)]
    return lines


def _counted(row: dict) -> str:
    counts = ", ".join(f"{row[kind]} {kind}" for kind in ("added", "changed", "withdrawn") if row[kind])
    largest = f"; largest change {row['largest_pct']:+.2f}%, {row['largest']}" if row["largest"] else ""
    table, cause = row["table_name"], row["caused_by"]
    return f"{table}: {counts}{largest}" + ("" if cause.startswith(table) else f"; caused by {cause}")


def _state_in_words(state: TableState) -> str:
    if state.concluded is None:
        return f"{state.name} (published before conclusions were drawn)"
    deflator = f"deflator {state.deflator}" if state.deflator else "no deflator read"
    return f"{state.name} ({deflator}{'; ' + state.note if state.note else ''})"
