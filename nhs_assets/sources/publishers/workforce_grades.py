"""NHS HCHS Workforce Statistics from 2025, the file of staff groups without doctors by care setting, level and grade.

It prints parts only, with numbers before their names. Sums over them need every row, and nothing in the file vouches
for a sum, so that the whole file waits where one row is wrong.
"""

import polars as pl

from nhs_assets.contracts.publishers import STAFF_GROUPS, PublishedGrade, StaffGradeRow
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.sources.publishers.bodies import IS_BODY, bodies_on, check_none_missing, name_problem, unknown_body
from nhs_assets.sources.publishers.csv_table import open_csv, recognised_share
from nhs_assets.sources.publishers.headings import plain
from nhs_assets.sources.publishers.interface import Beside, Coverage, ReadFile, Span
from nhs_assets.sources.publishers.rows import good_rows, iso_day, tidy
from nhs_assets.sources.publishers.workforce import LEVELS, as_month_end, group_of, without_number

TABLE = "raw.staff_grade_month"
PARTS = ("main staff group", "staff group 1", "staff group 2", "care setting", "level", "grade")
HEADINGS = ("data month", "data level", "org code", "org name", *PARTS, "fte", "headcount")
_TAKEN = {"support_to_clinical", "central_functions", "hotel_property_estates", "senior_managers", "managers"}


class WorkforceGrades:
    """NHS HCHS Workforce Statistics (Core 5): a row for each organisation, group, care setting, level and grade."""

    kind = "nhs_workforce_grades"
    rows_stand_alone = False

    def recognise(self, content: bytes, beside: Beside) -> float:
        """The share of the headings that it has."""
        return recognised_share(content, HEADINGS)

    def read(self, content: bytes, beside: Beside) -> ReadFile:
        """Full-time equivalents of the bodies of the programme by group and grade, of the one month of the file.

        Clinical groups are passed over, since doctors stand in another file; so are rows that are sums of others.
        People are not summed: somebody may stand in two rows.

        Raises:
            BadInput: if any row of a body is wrong, the file holds several months or levels that are not known, or a
                body is missing or not known.
        """
        if not content.endswith((b"\n", b"\r")):
            raise beside.refuse("ends in the middle of a line", "Get the file again: it may be cut off.")
        table = open_csv(content, HEADINGS, beside, ("data month", "fte", "headcount"))
        codes = set(beside.organisations["ods_code"])
        ours = {line: cells for line, cells in table if cells["org code"] in codes or IS_BODY.search(cells["org name"])}
        days = sorted({iso_day(cells["data month"]) for cells in ours.values()})
        day = as_month_end(days[0]) if len(days) == 1 else None
        if day is None:
            rule = "does not hold bodies of the programme in one month, with its last day as its date"
            raise beside.refuse(rule, "Check the dates and codes.", column="data month", value=", ".join(days[:5]))
        bodies = bodies_on(beside.organisations, day)
        problems: list[Problem | None] = [*table.problems]
        texts: dict[int, dict[str, str]] = {}
        for line, cells in ours.items():
            code, name = cells["org code"], cells["org name"]
            if code not in bodies:
                problems.append(unknown_body(beside, line, code, name, day))
                continue
            problems.append(name_problem(beside, line, code, name, bodies[code]))
            if plain(cells["data level"]) not in LEVELS:
                rule, remedy = "is of a level that is not known", "Get the file again."
                problems.append(Problem(beside.name, rule, remedy, line, "data level", cells["data level"]))
            row = _row(cells)
            if row is not None:
                texts[line] = row
        frame, of_rows = good_rows(beside, StaffGradeRow, texts)
        found = [problem for problem in [*problems, *of_rows] if problem is not None]
        if found:
            raise BadInput(found)
        check_none_missing(beside, bodies, {cells["org code"] for cells in ours.values()}, str(day))
        summed = (
            frame.filter(pl.col("staff_group").is_in(sorted(_TAKEN)))
            .group_by("ods_code", "staff_group", "grade", maintain_order=True)
            .agg(pl.col("fte").sum().round(5))
            .with_columns(month=pl.lit(day.replace(day=1)))
        )
        return ReadFile(
            kind=self.kind,
            covers=Coverage(Span.MONTH, day.replace(day=1), day.replace(day=1)),
            tables={TABLE: tidy(beside, PublishedGrade, summed)},
            rows=table.rows,
            passed_over=table.rows - len(texts),
            rows_stand_alone=self.rows_stand_alone,
        )


def _row(cells: dict[str, str]) -> dict[str, str] | None:
    """A row as its contract names its cells; None for a clinical group, and for a row that is the sum of others.

    A group that is not known is kept under its own words, for its contract to refuse.
    """
    parts = [without_number(cells[name]) for name in PARTS]
    main, group, *_, grade = parts
    is_sum = plain(cells["data level"]) in LEVELS - {"organisation"} or any(
        plain(part).split()[:1] == ["all"] for part in parts
    )
    if is_sum or group_of(main) == "professionally_qualified_clinical":
        return None
    taken = group_of(main) if group_of(main) != "infrastructure_support" else group_of(group)
    return {
        "ods_code": cells["org code"],
        "staff_group": taken if taken in STAFF_GROUPS else f"{main}, {group}",
        "part": " / ".join(parts),
        "grade": grade,
        "fte": cells["fte"],
        "headcount": cells["headcount"],
    }
