"""Practice file of the NHS allocations: the people registered with the practices of each board."""

from collections.abc import Collection
from datetime import date

import polars as pl

from nhs_assets.contracts.publishers import POPULATION_CHANGE, PracticeRow, PublishedPopulation
from nhs_assets.ground.problems import BadInputError
from nhs_assets.sources.publishers.bodies import Body, bodies_on, check_complete, check_not_mixed, identity_problems
from nhs_assets.sources.publishers.csv_table import CsvTable, csv_format
from nhs_assets.sources.publishers.interface import ReaderContext, ReadFile
from nhs_assets.sources.publishers.rows import good_rows, tidy

KIND = "nhs_allocation_practices"


def _read(table: CsvTable, context: ReaderContext) -> ReadFile:
    """Registered population and number of practices by board. The sums need every row, so none is set aside."""
    lines = dict(table)
    last, boards = _boards_of(context.organisations, {cells["icb"] for cells in lines.values()})
    check_not_mixed(context, ((line, cells["icb"], last) for line, cells in lines.items()))
    rows, problems = {}, []
    for line, cells in lines.items():
        problems += identity_problems(context, line, cells["icb"], cells["icbname"], boards, last)
        texts = (cells[heading] for heading in ("practice code", "icb", "population"))
        rows[line] = dict(zip(("practice_code", "ods_code", "population"), texts, strict=True))
    frame, of_rows = good_rows(context, PracticeRow, rows)
    if found := [*table.problems, *problems, *of_rows]:
        raise BadInputError(found)
    if frame.is_empty():
        raise context.refuse("contains no practice", "Get the file again from the publisher.")
    check_complete(context, boards, frame["ods_code"], "any practice")
    summed = (
        frame.sort("practice_code")
        .group_by("ods_code", maintain_order=True)
        .agg(registered_population=pl.col("population").sum().round(0), gp_practices=pl.len())
    )
    held = context.organisations.filter(
        pl.col("valid_from") <= last, pl.col("valid_to").is_null() | (pl.col("valid_to") >= last)
    ).select("ods_code", known="registered_population")
    changed = summed.join(held, on="ods_code", how="left", maintain_order="left").filter(
        (pl.col("registered_population") / pl.col("known") - 1).abs() > POPULATION_CHANGE
    )
    remedy = "Check that the file is complete. If boards were merged, update the organisation seed first."
    for code, people, before in changed.select("ods_code", "registered_population", "known").iter_rows():
        rule = f"gives {people:.0f} people to {code}, where {before} are known"
        problems.append(context.problem(rule, remedy, None, "population", code))
    if problems:
        raise BadInputError(problems)
    return ReadFile(KIND, None, {"raw.board_population": tidy(context, PublishedPopulation, summed)})


def _boards_of(organisations: pl.DataFrame, codes: Collection[str]) -> tuple[date, dict[str, Body]]:
    """The last day on which boards began and all codes are of boards that were open, with the boards of that day.

    The file does not state its year, so it tells by its codes whether it is of the boards before or after a succession.
    Where no day fits, as for a file with a board and its successor, it is the last such day.
    """
    days = organisations.filter(pl.col("body") == "icb")["valid_from"].unique().sort(descending=True).to_list()
    dated = [(day, bodies_on(organisations, day, without=("dhsc", "nhse", "csu"))) for day in days]
    return next((found for found in dated if found[1].keys() >= set(codes)), dated[0])


FORMAT = csv_format(
    KIND,
    ("practice code", "gp practice name", "icb", "icbname", "population"),
    _read,
    exact=("population",),
    needs_every_row=True,
)
"""Allocation file of NHS England: a row for each GP practice, with its board and its population."""
