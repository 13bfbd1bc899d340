"""Corruptions of what publishers' files alone fill: these tables are empty as refreshed, so each brings its own rows.

The figures are made up. The rows that a corruption starts from hold the check; it breaks one of them.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import polars as pl

from tests.integration.corruptions import Corruption, Tables, change, drop, together

STATISTIC = "nhse_sickness_absence_2024_25"
BOARD, MONTH, YEAR = "QYG", date(2025, 3, 1), "2025-26"
RELEASE = date(2025, 12, 23)


def fill(table: str, *rows: Mapping[str, object]) -> Corruption:
    """Adds rows to a table; columns that are not given are empty."""

    def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
        return {table: pl.concat([tables[table], pl.DataFrame(list(rows), schema=tables[table].schema)])}

    return corrupt


def value(tables: Tables, table: str, column: str, **key: object) -> object:
    """The one value of a column in the row with a key."""
    (found,) = tables[table].filter(**key)[column]
    return found


def in_inbox(
    raw_table: str, status: str, serving: int, source_id: str = STATISTIC, rows: int | None = None, **cells: str
) -> Corruption:
    """A file from the inbox that is told of as the source of rows."""
    return fill(
        "raw.inbox_file",
        {
            "file": "archive/00/00/file",
            "dropped_as": "statistics.csv",
            "sha256": "0" * 64,
            "received_on": date(2026, 1, 1),
            "received_order": 1,
            "inbox_status": status,
            "raw_table": raw_table,
            "source_id": source_id,
            "rows": serving if rows is None else rows,
            "serving_rows": serving,
            "set_aside_rows": 0,
            "report": "Made up.",
            **cells,
        },
    )


def staff_listed(code: str, people: int = 10) -> Corruption:
    """A staff list that the cells do not know."""
    return fill(
        "raw.staff_list",
        {
            "ods_code": code,
            "employer_terms": "agenda_for_change",
            "grade": "Band 6",
            "service_band": "10 to 14",
            "staff_rounded": people,
            "mean_full_time_pay_gbp": Decimal(42_600),
            "mean_service_years": 10.0,
            "contracted_share": 1.0,
            "known_from": date(2026, 1, 1),
        },
    )


CORRECTED = fill(
    "raw.correction",
    {
        "raw_table": "raw.claim",
        "row_key": "C001",
        "column_name": "value_low",
        "corrected_on": date(2026, 1, 1),
        "published_as": "1",
        "corrected_to": "2",
        "correction_reason": "Made up.",
        "source_id": STATISTIC,
    },
)


def treasury(growth: float = 2.5) -> Corruption:
    """A year of the Treasury's deflator."""
    return fill(
        "raw.treasury_deflator",
        {
            "published_on": RELEASE,
            "fy": YEAR,
            "base_fy": "2024-25",
            "index_in_base": 102.5,
            "growth_pct": growth,
            "is_forecast": False,
            "source_id": STATISTIC,
            "confidence": "F",
        },
    )


def deflators_compared(**cells: object) -> Corruption:
    """A comparison of that year with the OBR's, but for the columns given."""
    row = {
        "published_on": RELEASE,
        "fy": YEAR,
        "base_fy": "2024-25",
        "index_in_base": 102.5,
        "treasury_growth_pct": 2.5,
        "is_forecast": False,
        "held_vintage_id": "budget_2025_11",
        "held_growth_pct": 2.5,
        "difference_points": 0.0,
        "source_id": STATISTIC,
        "confidence": "F",
    }
    return fill("settlement.deflator_comparison", row | cells)


def year_compared(**cells: object) -> Corruption:
    """A year of the Treasury's and its comparison with what the OBR has, but for the columns given."""

    def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
        growth = value(tables, "settlement.deflator", "growth_pct", vintage_id="budget_2025_11", fy=YEAR)
        right = {"held_growth_pct": growth, "difference_points": 2.5 - growth}
        return together(treasury(), deflators_compared(**right | cells))(tables)

    return corrupt


def group(fte: float = 100.0) -> Corruption:
    """All staff of a board in a month."""
    return fill(
        "raw.staff_group_month",
        {
            "ods_code": BOARD,
            "month": MONTH,
            "staff_group": "all_staff",
            "fte": fte,
            "headcount": 110.0,
            "source_id": STATISTIC,
            "confidence": "F",
        },
    )


def staff_compared(**cells: object) -> Corruption:
    """A comparison of both counts of a board, but for the columns given."""
    row = {
        "ods_code": BOARD,
        "month": MONTH,
        "name": "A board",
        "body": "icb",
        "average_fte": 100.0,
        "month_end_fte": 100.0,
        "month_end_headcount": 110.0,
        "difference_fte": 0.0,
        "difference_pct": 0.0,
        "average_source_id": STATISTIC,
        "month_end_source_id": STATISTIC,
        "confidence": "F(d)",
    }
    return fill("workforce.staff_source_comparison", row | cells)


def pair_compared(**cells: object) -> Corruption:
    """A count at the end of a month and its comparison with the average, but for the columns given."""

    def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
        average = value(tables, "workforce.staff_month_before_succession", "fte", ods_code=BOARD, month=MONTH)
        right = {"average_fte": average, "difference_fte": 100.0 - average}
        return together(group(), staff_compared(**right | cells))(tables)

    return corrupt


def populations_compared(tables: Tables) -> dict[str, pl.DataFrame]:
    """Every board with the population it is held to have, in the allocation and in the comparison."""
    of_the_year = tables["workforce.organisation"].filter(pl.col("valid_from") < date(2026, 4, 1), body="icb")
    boards = of_the_year.sort("ods_code").iter_rows(named=True)
    rows = [
        {
            "ods_code": board["ods_code"],
            "fy": YEAR,
            "name": board["name"],
            "registered_population": board["registered_population"],
            "allocated_population": board["registered_population"],
            "gp_practices": board["gp_practices"],
            "difference_people": 0,
            "difference_pct": 0.0,
            "source_id": STATISTIC,
            "confidence": "F(d)",
        }
        for board in boards
    ]
    allocated = [{name: row[name] for name in tables["raw.board_population"].columns} for row in rows]
    return together(fill("raw.board_population", *allocated), fill("workforce.population_comparison", *rows))(tables)


def grades(**fte: float) -> Corruption:
    """Managers of a board by grade."""
    rows = [
        {
            "ods_code": BOARD,
            "month": MONTH,
            "staff_group": "managers",
            "grade": f"Band {band}",
            "fte": count,
            "source_id": STATISTIC,
            "confidence": "F(d)",
        }
        for band, count in fte.items()
    ]
    return fill("raw.staff_grade_month", *rows)


def grades_compared(**cells: object) -> Corruption:
    """Two grades of a board, half of its staff each, but for the columns given of the second."""
    row = {
        "ods_code": BOARD,
        "month": MONTH,
        "grade": "Band 8a",
        "fte": 10.0,
        "counted_share": 0.5,
        "assumed_share": 0.5,
        "difference_points": 0.0,
        "source_id": STATISTIC,
        "confidence": "E",
    }
    return fill("workforce.grade_mix_comparison", row, row | {"grade": "Band 8b"} | cells)


MANAGERS = grades(**{"8a": 10.0, "8b": 10.0})
GROUPS = "raw.staff_group_month"

SETTLEMENT = {
    "deflator_comparison_has_every_year": {
        "year lost on the way": treasury(),
        "growth of the Treasury changed": year_compared(treasury_growth_pct=2.6),
        "growth that is held changed": year_compared(held_growth_pct=2.6),
        "difference changed": year_compared(difference_points=-0.1),
        "an older vintage": year_compared(held_vintage_id="sr_2025_06"),
        "no vintage": year_compared(held_vintage_id=None),
    },
}
WORKFORCE = {
    "staff_source_comparison_has_every_pair": {
        "pair lost on the way": group(),
        "count changed": pair_compared(month_end_fte=101.0),
        "average changed": pair_compared(average_fte=101.0),
        "difference changed": pair_compared(difference_fte=0.0),
    },
    "population_comparison_has_every_board": {
        "board lost on the way": together(
            populations_compared, drop("workforce.population_comparison", {"ods_code": BOARD})
        ),
        "board not in the file": together(populations_compared, drop("raw.board_population", {"ods_code": BOARD})),
        "population changed": together(
            populations_compared, change("workforce.population_comparison", {"ods_code": BOARD}, allocated_population=1)
        ),
        "population held changed": together(
            populations_compared,
            change("workforce.population_comparison", {"ods_code": BOARD}, registered_population=1),
        ),
        "difference changed": together(
            populations_compared, change("workforce.population_comparison", {"ods_code": BOARD}, difference_people=1)
        ),
    },
    "grade_mix_shares_sum_to_one": {
        "body lost on the way": MANAGERS,
        "staff lost on the way": together(MANAGERS, grades_compared(fte=9.0)),
        "counted share changed": together(MANAGERS, grades_compared(counted_share=0.4)),
        "assumed share changed": together(MANAGERS, grades_compared(assumed_share=0.6)),
        "no share": together(MANAGERS, grades_compared(assumed_share=None)),
    },
}
BASES = {
    "settlement.deflator_comparison_has_every_year": year_compared(),
    "workforce.staff_source_comparison_has_every_pair": pair_compared(),
    "workforce.population_comparison_has_every_board": populations_compared,
    "workforce.grade_mix_shares_sum_to_one": together(MANAGERS, grades_compared()),
    "raw.staff_group_month_serves_its_files": together(group(), in_inbox(GROUPS, "accepted", 1)),
}
"""The rows that the corruptions of a check start from, on which it holds."""
ROWS = {
    "raw.correction": CORRECTED,
    "raw.staff_list": staff_listed(BOARD),
    "raw.treasury_deflator": treasury(),
    "raw.staff_group_month": group(),
    "raw.staff_grade_month": MANAGERS,
    "raw.board_population": populations_compared,
    "settlement.deflator_comparison": deflators_compared(),
    "workforce.staff_source_comparison": staff_compared(),
    "workforce.population_comparison": populations_compared,
    "workforce.grade_mix_comparison": grades_compared(),
}
"""A row or more of each table that a refresh leaves empty."""
