"""What a staff list holds: one person a row. No table does; ``raw.staff_list`` holds the counts."""

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import vocabulary as words
from nhs_assets.contracts.registry import Contract


class Person(dy.Schema):
    """Somebody in an organisation's own anonymous list of staff. Read, counted and not kept."""

    ods_code = c.publisher_code("Organisation, after which the file is named.", key=True)
    source_line = c.whole_number("Line of the file.", "line", key=True, minimum=2)
    band = c.category("Pay band; empty if a salary is given.", words.PAY_BANDS, nullable=True)
    salary_gbp = c.gbp("Full-time salary of a year; empty if a band is given.", nullable=True)
    service_years = c.number("Years of service that count, whole or not.", "years", minimum=0.0, maximum=60.0)
    contracted_share = c.share("Contracted share of full time.")
    employer_terms = c.category("Terms of employment.", words.EMPLOYER_TERMS)
    known_from = c.known_from("Day the list was taken.")

    either_a_band_or_a_salary = c.rule(pl.col("band").is_null() != pl.col("salary_gbp").is_null())
    salary_is_that_of_a_full_time_post = c.rule(pl.col("salary_gbp").is_between(15_000, 400_000).fill_null(True))
    """A misplaced digit, or the pay of part-time hours, falls outside."""
    some_hours_are_contracted = c.rule(pl.col("contracted_share") > 0)


PEOPLE = Contract(schema="raw", table="staff_list", model=Person)
"""The rows of the files, under the name of the table that they are counted into."""
