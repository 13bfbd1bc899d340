"""NHS HCHS Workforce Statistics from 2025: staff groups without doctors by care setting, level and grade.

The file prints parts only, with numbers before their names. Sums over them need every row, and nothing in the file
confirms a sum, so one bad row refuses the whole file.
"""

import polars as pl

from nhs_assets.contracts.publishers import STAFF_GROUPS, PublishedGrade, StaffGradeRow
from nhs_assets.ground.problems import BadInputError
from nhs_assets.sources.publishers.bodies import IS_BODY, bodies_on, check_complete, identity_problems
from nhs_assets.sources.publishers.csv_table import CsvTable, csv_format
from nhs_assets.sources.publishers.headings import plain
from nhs_assets.sources.publishers.interface import Coverage, ReaderContext, ReadFile
from nhs_assets.sources.publishers.rows import good_rows, iso_day, month_end, tidy
from nhs_assets.sources.publishers.workforce import LEVELS, group_of, without_number

KIND = "nhs_workforce_grades"
_PARTS = ("main staff group", "staff group 1", "staff group 2", "care setting", "level", "grade")
_GROUPS = ("support_to_clinical", "central_functions", "hotel_property_estates", "senior_managers", "managers")


def _read(table: CsvTable, context: ReaderContext) -> ReadFile:
    """Full-time equivalents of the bodies of the programme by group and grade, in the one month of the file.

    Clinical groups are skipped, since doctors are in another file; so are rows that are sums of others. People are not
    summed: somebody may be in two rows.
    """
    codes = set(context.organisations["ods_code"])
    ours = {line: cells for line, cells in table if cells["org code"] in codes or IS_BODY.search(cells["org name"])}
    days = sorted({iso_day(cells["data month"]) for cells in ours.values()})
    day = month_end(days[0]) if len(days) == 1 else None
    if day is None:
        rule = "does not contain bodies of the programme in one month, dated on its last day"
        raise context.refuse(rule, "Check the dates and codes.", column="data month", value=", ".join(days[:5]))
    bodies = bodies_on(context.organisations, day)
    problems = [*table.problems]
    texts: dict[int, dict[str, str]] = {}
    for line, cells in ours.items():
        level = cells["data level"]
        problems += identity_problems(context, line, cells["org code"], cells["org name"], bodies, day)
        if plain(level) not in LEVELS:
            problems.append(context.problem("is an unknown level", "Get the file again.", line, "data level", level))
        if row := _row(cells):
            texts[line] = row
    frame, of_rows = good_rows(context, StaffGradeRow, texts)
    if found := [*problems, *of_rows]:
        raise BadInputError(found)
    check_complete(context, bodies, {cells["org code"] for cells in ours.values()}, str(day))
    month = day.replace(day=1)
    summed = (
        frame.filter(pl.col("staff_group").is_in(_GROUPS))
        .group_by("ods_code", "staff_group", "grade", maintain_order=True)
        .agg(pl.col("fte").sum().round(5))
        .with_columns(month=pl.lit(month))
    )
    return ReadFile(KIND, Coverage(month, month), {"raw.staff_grade_month": tidy(context, PublishedGrade, summed)})


def _row(cells: dict[str, str]) -> dict[str, str] | None:
    """The cells of a row as its contract names them; None for a clinical group or the sum of other rows.

    An unknown group keeps its own words, for the contract to refuse.
    """
    parts = [without_number(cells[name]) for name in _PARTS]
    main, group, *_, grade = parts
    is_sum = plain(cells["data level"]) in LEVELS - {"organisation"} or any(
        plain(part).split()[:1] == ["all"] for part in parts
    )
    if is_sum or group_of(main) == "professionally_qualified_clinical":
        return None
    read = group_of(group) if group_of(main) == "infrastructure_support" else group_of(main)
    return {
        "ods_code": cells["org code"],
        "staff_group": read if read in STAFF_GROUPS else f"{main}, {group}",
        "part": " / ".join(parts),
        "grade": grade,
        "fte": cells["fte"],
        "headcount": cells["headcount"],
    }


FORMAT = csv_format(
    KIND,
    ("data month", "data level", "org code", "org name", *_PARTS, "fte", "headcount"),
    _read,
    exact=("data month", "fte", "headcount"),
    needs_every_row=True,
)
"""NHS HCHS Workforce Statistics (Core 5): a row for each organisation, group, care setting, level and grade."""
