"""Rows of publishers' own files, as they print them and as the readers hand them on: types, keys and plausible ranges.

These are no tables. The printed rows say what a row must be to be read at all; the tidy ones are what a table of
``raw`` takes once the vintage, the source and the confidence have been added.
"""

from functools import partial

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import vocabulary as words
from nhs_assets.contracts.registry import Contract

RATE_ROUNDING = 0.0051
"""Points by which a rate printed to two decimals may differ from the days it is worked out from."""
SUM_TOLERANCE_FTE = 0.03
"""FTE by which four groups may differ from their total, where all are printed to two decimals."""
SUM_TOLERANCE_GBP_M = 0.5
"""£m by which departments may differ from their total: half of the million that outturn is printed to."""
INDEX_TOLERANCE = 0.0005
"""Index points by which a year may differ from the mean of its quarters."""
GROWTH_TOLERANCE = 0.006
"""Points by which a printed growth rate may differ from its index, which may be printed to two decimals."""
HMT_GROWTH_TOLERANCE = 0.02
"""The same where both are printed to two decimals and the index is near 50 in the oldest years."""
POPULATION_CHANGE = 0.1
"""Share by which a board's registered population may differ from the one last held."""
LIMITS_GBP_M = {"dhsc_rdel": (120_000.0, 500_000.0), "dhsc_cdel": (4_000.0, 60_000.0)}
"""Range of each limit of health; a figure in £bn read as £m, or the other way round, lies far outside."""

STAFF_GROUPS = {
    "all_staff": ("total", "all staff groups"),
    "professionally_qualified_clinical": ("professionally qualified clinical staff",),
    "support_to_clinical": ("support to clinical staff",),
    "infrastructure_support": ("nhs infrastructure support",),
    "central_functions": ("central functions",),
    "hotel_property_estates": ("hotel property estates", "hotel property and estates"),
    "senior_managers": ("senior managers",),
    "managers": ("managers",),
    "other_or_unknown": (
        "other staff or those with unknown classification",
        "other staff and those with unknown classification",
    ),
}
"""Staff groups that are read, with the publisher's headings for each, in plain lower case."""
GRADES = ("Band 1", *words.GRADES, "Very Senior Manager", "Non AfC Grade")
"""Grades of the workforce statistics; another one must be known before it is read."""
PARTS_OF_TOTAL = (
    "professionally_qualified_clinical",
    "support_to_clinical",
    "infrastructure_support",
    "other_or_unknown",
)
PARTS_OF_INFRASTRUCTURE = ("central_functions", "hotel_property_estates", "senior_managers", "managers")

population = partial(c.whole_number, unit="people", minimum=400_000, maximum=5_000_000)
"""People registered with the practices of a board."""
practices = partial(c.whole_number, unit="practices", minimum=40, maximum=530)


class SicknessAbsenceRow(dy.Schema):
    """A row of the monthly sickness absence CSV, for a body of the programme."""

    ods_code = c.publisher_code("Organisation.", key=True)
    last_day = c.day("Last day of the month.", key=True)
    fte_days_lost = c.number("Full-time-equivalent days lost.", "FTE days", minimum=0.0)
    fte_days_available = c.number("Full-time-equivalent days available.", "FTE days", minimum=28.0, maximum=1_500_000.0)
    sickness_absence_rate_pct = c.percent("Days lost over days available.", minimum=0.0, maximum=40.0)

    last_day_of_a_month = c.rule(pl.col("last_day") == pl.col("last_day").dt.month_end())

    rate_follows_from_days = c.rule(
        (pl.col("fte_days_lost") / pl.col("fte_days_available") * 100 - pl.col("sickness_absence_rate_pct")).abs()
        <= RATE_ROUNDING
    )
    """The one figure in the row that vouches for the days."""


class PublishedStaffMonth(dy.Schema):
    """Average staff in post of a body in a month."""

    ods_code = c.publisher_code("Organisation.", key=True)
    month = c.month("Month.", key=True)
    fte = c.number("Average full-time-equivalent staff.", "FTE", minimum=1.0, maximum=50_000.0)
    fte_days_available = c.number("Full-time-equivalent days available.", "FTE days", minimum=28.0)


class StaffGroupRow(dy.Schema):
    """A staff group of a body of the programme at the end of a month, as printed."""

    ods_code = c.publisher_code("Organisation.", key=True)
    last_day = c.day("Last day of the month.", key=True)
    staff_group = c.category("Staff group.", tuple(STAFF_GROUPS), key=True)
    fte = c.number("Full-time-equivalent staff.", "FTE", minimum=0.0, maximum=50_000.0)
    headcount = c.whole_number("People.", "heads", minimum=0, maximum=60_000)

    last_day_of_a_month = c.rule(pl.col("last_day") == pl.col("last_day").dt.month_end())
    people_are_not_fewer_than_fte = c.rule(pl.col("fte") <= pl.col("headcount") * 1.05 + 1)
    """A person may be paid for a little over full time; figures that changed places differ by more."""
    people_are_not_many_times_fte = c.rule(pl.col("headcount") <= pl.col("fte") * 5 + 20)
    """Few people work less than a day a week."""


class PublishedStaffGroup(dy.Schema):
    """Staff of a body by group at the end of a month; ``all_staff`` and ``infrastructure_support`` hold other rows."""

    ods_code = c.organisation("Organisation.", key=True)
    month = c.month("Month.", key=True)
    staff_group = c.category("Staff group.", tuple(STAFF_GROUPS), key=True)
    fte = c.number("Full-time-equivalent staff.", "FTE", minimum=0.0, maximum=50_000.0)
    headcount = c.number("People.", "heads", minimum=0.0, maximum=60_000.0)


class StaffGradeRow(dy.Schema):
    """A part of a staff group of a body of the programme, by care setting, level and grade, as printed."""

    ods_code = c.publisher_code("Organisation.", key=True)
    staff_group = c.category("Staff group.", tuple(STAFF_GROUPS), key=True)
    part = c.text("Groups, care setting, level and grade as printed.", key=True)
    grade = c.category("Grade as printed.", GRADES)
    fte = c.number("Full-time-equivalent staff.", "FTE", minimum=0.0, maximum=20_000.0)
    headcount = c.whole_number("People.", "heads", minimum=0, maximum=30_000)

    people_are_not_fewer_than_fte = c.rule(pl.col("fte") <= pl.col("headcount") * 1.05 + 1)
    """A person may be paid for a little over full time."""
    people_are_not_many_times_fte = c.rule(pl.col("headcount") <= pl.col("fte") * 5 + 20)
    """Few people work less than a day a week."""


class PublishedGrade(dy.Schema):
    """Full-time-equivalent staff of a body by group and grade at the end of a month."""

    ods_code = c.organisation("Organisation.", key=True)
    month = c.month("Month.", key=True)
    staff_group = c.category("Staff group.", tuple(STAFF_GROUPS), key=True)
    grade = c.category("Grade as printed.", GRADES, key=True)
    fte = c.number("Full-time-equivalent staff.", "FTE", minimum=0.0, maximum=20_000.0)


class PracticeRow(dy.Schema):
    """A practice of the allocation file."""

    practice_code = c.publisher_code("Practice.", key=True)
    ods_code = c.publisher_code("Its board.")
    population = c.number("People registered, as allocated.", "people", minimum=0.0, maximum=250_000.0)


class PublishedPopulation(dy.Schema):
    """People registered with the practices of each board."""

    ods_code = c.publisher_code("Board.", key=True)
    registered_population = population("People registered with the board's practices.")
    gp_practices = practices("Practices of the board.")


class PublishedLimit(dy.Schema):
    """Limits of health in a forecast workbook."""

    fy = c.financial_year("Year the limit is for.", key=True)
    line_id = c.category("Budget line.", tuple(LIMITS_GBP_M), key=True)
    amount_gbp_m = c.gbp_m("Limit in cash.", minimum=0)
    rounding_gbp_m = c.gbp_m("Unit to which it is rounded here.", minimum=0)
    status = c.category("Outturn or plan.", ("outturn", "plan"))
    locator = c.text("Table and line within the document.")

    amount_in_range = c.rule(
        pl.any_horizontal(
            (pl.col("line_id") == line) & pl.col("amount_gbp_m").cast(pl.Float64).is_between(low, high)
            for line, (low, high) in LIMITS_GBP_M.items()
        )
    )
    year_on_year_factor_below_two = c.rule(c.steps_within(0.5, 2.0, "amount_gbp_m", "line_id"))


class PublishedDeflator(dy.Schema):
    """GDP deflator of a forecast workbook, calendar 2023 = 100."""

    fy = c.financial_year("Financial year.", key=True)
    index_value = c.number("Index, calendar 2023 = 100.", "index", minimum=20.0, maximum=400.0)
    growth_pct = c.percent("Growth on the year before, as published.", minimum=-5.0, maximum=15.0)
    is_forecast = c.flag("Whether the year had not ended when it was published.")
    locator = c.text("Table within the document.")


class DeflatorInOwnBase(dy.Schema):
    """GDP deflator of HM Treasury in the base that the file names."""

    fy = c.financial_year("Financial year.", key=True)
    base_fy = c.financial_year("Year that is 100.")
    index_in_base = c.number("Index, base year = 100.", "index, base year = 100", minimum=0.5, maximum=400.0)
    growth_pct = c.percent("Published growth; empty in the first year.", nullable=True, minimum=-5.0, maximum=30.0)
    is_forecast = c.flag("Whether the file prints growth and no index, so that the index is carried forward here.")


def printed(model: type[dy.Schema]) -> Contract:
    """A contract of this module in the form that readers of cells take."""
    return Contract("publishers", model.__name__, model)
