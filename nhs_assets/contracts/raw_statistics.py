"""Tables of ``raw`` that publishers' files alone fill: statistics and a forecast that the others are compared with.

The seed of each holds no row: what was never dropped in is not there. The rows of a file are those that its reader
gives, with the document they stand in.
"""

import dataframely as dy

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import publishers


class StaffGroupMonth(publishers.PublishedStaffGroup):
    """Staff by body and group at the end of a month, from NHS Workforce Statistics. Empty until a file is dropped in.

    The groups ``all_staff`` and ``infrastructure_support`` hold the others: never add all of them up.
    """

    source_id = c.identifier("The statistics it stands in.")
    confidence = c.confidence()


class StaffGradeMonth(publishers.PublishedGrade):
    """Full-time-equivalent staff without clinical groups, by body, group and grade at the end of a month, from NHS
    Workforce Statistics, summed over care settings. Empty until a file is dropped in.
    """

    source_id = c.identifier("The statistics it is summed from.")
    confidence = c.confidence()


class BoardPopulation(dy.Schema):
    """People registered with the practices of each board, by year of the allocation. Empty until a file is dropped in.

    The organisation seed holds populations of its own, which the baseline uses; these are compared with them.
    """

    ods_code = c.publisher_code("Board.", key=True)
    fy = c.financial_year("Year of the allocation, as a person said.", key=True)
    registered_population = c.whole_number(
        "People registered with the board's practices.", "people", minimum=400_000, maximum=4_000_000
    )
    gp_practices = c.whole_number("Practices of the board.", "practices", minimum=40, maximum=500)
    source_id = c.identifier("The allocation file it is summed from.")
    confidence = c.confidence()


class TreasuryDeflator(dy.Schema):
    """GDP deflator of HM Treasury by day of publication, in a base year of its own. Empty until a file is dropped in.

    It is compared with that of the OBR and deflates nothing. The day stands for a vintage, because the Treasury
    may publish on a day of the OBR's, and no two vintages become known on one day.
    """

    published_on = c.day("Day on which the Treasury published it.", key=True)
    fy = c.financial_year("Financial year.", key=True)
    base_fy = c.financial_year("Year that is 100.")
    index_in_base = c.number("Index, base year = 100.", "index, base year = 100", minimum=0.5, maximum=400.0)
    growth_pct = c.percent(
        "Growth on the year before, as published; empty in the first year, where nothing vouches for it.",
        nullable=True,
        minimum=-5.0,
        maximum=30.0,
    )
    is_forecast = c.flag("Whether growth alone was published, so that the index is carried forward here.")
    source_id = c.identifier("The workbook it stands in.")
    confidence = c.confidence()
