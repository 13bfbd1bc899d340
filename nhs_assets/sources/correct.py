"""Records that a published figure was wrong here: a row of ``raw.correction``, written and sealed with its seed."""

import csv
import difflib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import Contract, contracts
from nhs_assets.ground import files
from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.settings import Settings
from nhs_assets.sources.seed_files import Seed, find_seeds
from nhs_assets.sources.seeds import seal, standing_rows
from nhs_assets.store.immutability import CORRECTION, Change, same, unrecorded_changes

SOURCE = "raw.source"


@dataclass(frozen=True)
class Evidence:
    """Why and when a figure is corrected, and the document that shows it."""

    reason: str
    source_id: str
    day: date


@dataclass(frozen=True)
class Recorded:
    """A recorded change, the seed that states it, and that of the corrections."""

    change: Change
    seed: Seed
    corrections: Seed


def changes_to_record(data_dir: Path, seed: Seed, seeds: Sequence[Seed]) -> list[Change]:
    """Published figures that a seed states otherwise, without a correction.

    Raises:
        BadInputError: if the seed or that of the corrections cannot be read.
    """
    recorded = pl.concat(standing_rows(one) for one in seeds if one.contract.name == CORRECTION)
    return unrecorded_changes(data_dir, seed.contract, standing_rows(seed), recorded)


def correct(settings: Settings, table: str, row_key: str, column: str, *, value: str, shown_by: Evidence) -> Recorded:
    """Appends the correction of a figure that its seed already states rightly, and seals both files.

    Raises:
        BadInputError: if there is no such published figure, its seed states another value, nothing differs, the
            document is unknown, or a row breaks its contract. Then nothing is written.
    """
    seeds = find_seeds(settings.seeds_dir)
    described = contracts().get(table)
    if described is None or column not in described.immutable_columns:
        choices = described.immutable_columns if described else (one.name for one in _immutable())
        raise _refused(table, "has no figure that needs a correction", f"There are: {', '.join(choices)}.", column)
    known = pl.concat(standing_rows(one) for one in seeds if one.contract.name == SOURCE)["source_id"].to_list()
    if shown_by.source_id not in known:
        near = difflib.get_close_matches(shown_by.source_id, known)
        remedy = f"Did you mean {' or '.join(near)}?" if near else "Add it to seeds/evidence/source.csv first."
        raise _refused("the correction", "names an unknown document", remedy, shown_by.source_id)
    found = {
        change: seed
        for seed in seeds
        if seed.contract.name == table
        for change in changes_to_record(settings.data_dir, seed, seeds)
    }
    wanted = [change for change in found if (change.row_key, change.column_name) == (row_key, column)]
    if not wanted:
        others = ", ".join(f"{change.row_key} {change.column_name}" for change in found) or "none"
        remedy = f"Change the figure in its seed first. Unrecorded changes of {table}: {others}."
        raise _refused(table, f"has no unrecorded change of {column} in {row_key}", remedy)
    (change,) = wanted
    seed = found[change]
    if not same(value, change.corrected_to):
        rule = f"states {change.corrected_to} in {column} of {row_key}"
        raise _refused(seed.name, rule, "Correct the seed, or record what stands there.", value)
    (corrections,) = [one for one in seeds if one.contract.name == CORRECTION and not one.vintage_id]
    cells = (table, row_key, column, shown_by.day, change.published_as, change.corrected_to)
    before, line = corrections.path.read_text(encoding="utf-8"), io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([*cells, shown_by.reason, shown_by.source_id])
    files.write_text(corrections.path, before.rstrip("\n") + "\n" + line.getvalue())
    try:
        seal(corrections)
    except BadInputError:
        files.write_text(corrections.path, before)
        raise
    seal(seed)
    return Recorded(change, seed, corrections)


def _immutable() -> list[Contract]:
    return [one for one in contracts().values() if one.immutable_columns]


def _refused(file: str, rule: str, remedy: str, value: str | None = None) -> BadInputError:
    return BadInputError([Problem(file, rule, remedy, value=value)])
