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
from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.ground.scratch import scratch_folder
from nhs_assets.revision.inputs import VINTAGE
from nhs_assets.revision.review import Comparison, compare, moved, shown, turned
from nhs_assets.revision.revise import as_frame, named_together
from nhs_assets.revision.sides import Side, code_of_today, known_side, published_side
from nhs_assets.settings import Settings
from nhs_assets.store.snapshot import NothingPublishedError, current_version, is_whole, version_folder, versions

MOVES = ("conclusion_id", "figure", "unit", "old_value", "new_value", "move", "input", "contribution")


class UnknownStateError(LookupError):
    """Neither a published version, nor a vintage, nor a day."""


@dataclass(frozen=True)
class Diff:
    """What differs, ready to be shown.

    Attributes:
        old: what the side before is, in words.
        new: what the side after is, in words.
        moves: a row for each part of each conclusion's move; a figure that came or went has one row without parts.
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
    """Compares two sides. Of the data folder, only the cache of past days is written to.

    Args:
        settings: the data folder and the limits.
        old: a published version by id or number, a vintage, or a day; without it the version before ``new``.
        new: the same kind; without it the version that is shown.
        on_step: called with what is being done.

    Raises:
        UnknownStateError: if a side is none of these, or the two are of different kinds, with those there are.
        NothingPublishedError: if there is no snapshot to read from.
    """
    kept, current = versions(settings.data_dir), current_version(settings.data_dir)
    if current is None:
        raise NothingPublishedError(settings.data_dir)
    with scratch_folder() as scratch:
        rebuild = Rebuild(settings, product_recipes(settings.sql_dir), scratch)
        wanted_new = new or current
        wanted_old = old or _before(kept, _version(kept, wanted_new) or current)
        sides = [_version(kept, one) for one in (wanted_old, wanted_new)]
        if all(sides):
            on_step("reading the published versions")
            before, after = (_published(settings.data_dir, version) for version in sides)
        else:
            before, after = _known(settings, rebuild, wanted_old, wanted_new, kept, on_step)
        # A move has one split and one cause, whichever end it is looked at from: the later side is what changed.
        backwards = kept.index(sides[0]) > kept.index(sides[1]) if all(sides) else before.day > after.day
        first, second = (after, before) if backwards else (before, after)
        found = compare(settings, rebuild, first, second, lambda: on_step("drawing conclusions from mixed inputs"))
        return _shown(settings, turned(found) if backwards else found)


def _before(kept: list[str], version: str) -> str:
    if kept.index(version) == 0:
        raise UnknownStateError(
            f"there is no version before {version} to compare with; name two, or two vintages. "
            f"Published versions: {', '.join(kept)}"
        )
    return kept[kept.index(version) - 1]


def _version(kept: list[str], wanted: str) -> str | None:
    """A published version by its id, or by its number with or without noughts."""
    if wanted in kept:
        return wanted
    numbered = {int(version.partition("-")[0]): version for version in kept}
    return numbered.get(int(wanted)) if wanted.isdecimal() else None


def _published(data_dir: Path, version: str) -> Side:
    return published_side(_whole(data_dir, version))


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
) -> tuple[Side, Side]:
    raw = published_raw(_whole(settings.data_dir, current_version(settings.data_dir)))
    vintages = dict(raw[VINTAGE].sort("known_from", "vintage_id").select("vintage_id", "known_from").iter_rows())
    days = {wanted: _day(wanted, vintages) for wanted in (wanted_old, wanted_new)}
    unknown = [wanted for wanted, day in days.items() if day is None and _version(kept, wanted) is None]
    if unknown or None in days.values():
        wrong = f"there is no {' and no '.join(unknown)}" if unknown else "a version and a vintage cannot be compared"
        raise UnknownStateError(
            f"{wrong}; name two published versions, or two vintages or days.\n"
            f"Published versions: {', '.join(kept)}\n"
            f"Vintages: {', '.join(f'{name} ({day})' for name, day in vintages.items())}\n"
            "Days: such as 2025-11-13"
        )
    first, second = days[wanted_old], days[wanted_new]
    writer = Writer(settings, rebuild.folder)
    knowledge = writer.knowledge(raw)

    def side(name: str, day: date, lender: Side | None) -> Side:
        on_step(f"building what was known on {day}")
        file = writer.file(knowledge.by(day, lender and lender.deflator))
        return known_side(name, day, file, code_of_today(rebuild))

    # The later side is built first: it lends its deflator to an earlier one that knew none.
    if first <= second:
        after = side(wanted_new, second, None)
        return side(wanted_old, first, after), after
    before = side(wanted_old, first, None)
    return before, side(wanted_new, second, before)


def _day(wanted: str, vintages: Mapping[str, date]) -> date | None:
    if wanted in vintages:
        return vintages[wanted]
    try:
        return date.fromisoformat(wanted)
    except ValueError:
        return None


def _shown(settings: Settings, found: Comparison) -> Diff:
    revision = as_frame(contract("audit.revision"), (one.row(found.old.name) for one in found.revisions))
    rows = [
        {
            "conclusion_id": one.conclusion.conclusion_id,
            "figure": one.figure,
            "unit": one.conclusion.unit,
            "old_value": one.old_value,
            "new_value": one.new_value,
            "move": part and part.new_value - part.old_value,
            "input": part and part.input,
            "contribution": part and part.contribution,
        }
        for one in moved(settings, found)
        for part in (one.parts or [None])
    ]
    texts = ("conclusion_id", "figure", "unit", "input")
    exact = ("move", "contribution")
    types = {name: pl.String if name in texts else pl.Decimal(18, 6) if name in exact else pl.Float64 for name in MOVES}
    return Diff(
        old=_told(found.old),
        new=_told(found.new),
        moves=pl.DataFrame(rows, schema=types),
        summary=by_cause(revision),
        revisions=revision,
        called={one.conclusion_id: one.called for one in find_conclusions(settings.sql_dir)},
    )


def by_cause(revision: pl.DataFrame) -> pl.DataFrame:
    """Revisions counted: one row for each cause and table, with the figure that changed most in per cent.

    Causes stand in their order of weight, tables in their order of travel.

    Args:
        revision: rows of ``audit.revision``.
    """
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
        before, after = (shown(first[side], first["unit"]) for side in ("old_value", "new_value"))
        ends = f"{before} -> {after} {first['unit']}"
        if first["input"] is None:
            how = "new" if first["old_value"] is None else "gone"
            lines.append(f"{conclusion_id}: {figure}  {ends} ({how}, so there is no move to split)")
            continue
        lines.append(f"{conclusion_id}: {figure}  {ends}")
        called = found.called.get(conclusion_id, {})
        contributions = dict.fromkeys(called, Decimal(0)) | dict(parts.select("input", "contribution").iter_rows())
        for name, contribution in contributions.items():
            lines.append(f"    {contribution:>+16,.6f}  {name}{f' ({called[name]})' if name in called else ''}")
        lines.append(f"    {first['move']:>+16,.6f}  in all")
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


def _told(side: Side) -> str:
    if side.concluded is None:
        return f"{side.name} (published before conclusions were drawn)"
    deflator = f"deflator {side.deflator}" if side.deflator else "no deflator read"
    return f"{side.name} ({deflator}{'; ' + side.note if side.note else ''})"
