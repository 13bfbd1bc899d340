"""The practice file of NHS allocations: people registered with the practices of each board."""

import polars as pl

from nhs_assets.contracts.publishers import POPULATION_CHANGE, PracticeRow, PublishedPopulation
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.sources.publishers.bodies import Body, bodies_on, check_none_missing, name_problem, unknown_body
from nhs_assets.sources.publishers.csv_table import open_csv, recognised_share
from nhs_assets.sources.publishers.interface import Beside, ReadFile
from nhs_assets.sources.publishers.rows import good_rows, tidy

TABLE = "raw.board_population"
HEADINGS = ("practice code", "gp practice name", "icb", "icbname", "population")


class PracticeAllocations:
    """Allocation file of NHS England: a row for each GP practice, with its board and its population.

    The file does not say for which year it is.
    """

    kind = "nhs_allocation_practices"
    rows_stand_alone = False

    def recognise(self, content: bytes, beside: Beside) -> float:
        """The share of the headings that it has."""
        return recognised_share(content, HEADINGS)

    def read(self, content: bytes, beside: Beside) -> ReadFile:
        """Registered population and count of practices by board. The sums need every row, so no row is set aside.

        Raises:
            BadInput: if any row is wrong, a board is missing or not known, or its population is far from the one held.
        """
        if not content.endswith((b"\n", b"\r")):
            raise beside.refuse("ends in the middle of a line", "Get the file again: it may be cut off.")
        table = open_csv(content, HEADINGS, beside, ("population",))
        boards = _boards(beside)
        rows = dict(table)
        problems = [*table.problems]
        for line, cells in rows.items():
            code = cells["icb"]
            if code not in boards:
                problems.append(_unknown(beside, line, code, cells["icbname"]))
            else:
                problems.append(name_problem(beside, line, code, cells["icbname"], boards[code]))
        texts = {
            line: {"practice_code": cells["practice code"], "ods_code": cells["icb"], "population": cells["population"]}
            for line, cells in rows.items()
        }
        frame, of_rows = good_rows(beside, PracticeRow, texts)
        found = [problem for problem in [*problems, *of_rows] if problem is not None]
        if found:
            raise BadInput(found)
        if frame.is_empty():
            raise beside.refuse("holds no practice", "Get the file again from the publisher.")
        check_none_missing(beside, boards, frame["ods_code"], "any practice")
        summed = (
            frame.sort("practice_code")
            .group_by("ods_code", maintain_order=True)
            .agg(registered_population=pl.col("population").sum().round(0), gp_practices=pl.len())
        )
        _check_change(beside, summed)
        return ReadFile(
            kind=self.kind,
            covers=None,
            tables={TABLE: tidy(beside, PublishedPopulation, summed)},
            rows=table.rows,
            passed_over=0,
            rows_stand_alone=self.rows_stand_alone,
        )


def _boards(beside: Beside) -> dict[str, Body]:
    """The boards as they are last known: the file does not say for which day it is."""
    last = beside.organisations.filter(pl.col("body") == "icb")["valid_from"].max()
    return bodies_on(beside.organisations, last, without=("dhsc", "nhse", "csu"))


def _unknown(beside: Beside, line: int, code: str, name: str) -> Problem:
    last = beside.organisations["valid_from"].max()
    return unknown_body(beside, line, code, name, last)


def _check_change(beside: Beside, summed: pl.DataFrame) -> None:
    """Refuses a file in which a board has far more or fewer people than it was last known to have.

    Raises:
        BadInput: naming each such board.
    """
    known = beside.organisations.select("ods_code", "valid_from", known=pl.col("registered_population"))
    held = known.sort("valid_from").unique("ods_code", keep="last", maintain_order=True)
    moved = summed.join(held, on="ods_code", how="left", maintain_order="left").filter(
        ((pl.col("registered_population") / pl.col("known")) - 1).abs() > POPULATION_CHANGE
    )
    remedy = "Check that the file is whole. If boards were merged, describe them in the organisation seed first."
    problems = [
        Problem(
            beside.name,
            f"gives {row['registered_population']:.0f} people to {row['ods_code']}, where {row['known']} are held,",
            remedy,
            None,
            "population",
            row["ods_code"],
        )
        for row in moved.iter_rows(named=True)
    ]
    if problems:
        raise BadInput(problems)
