"""What a file ``as_of/<vintage>.duckdb`` says about itself: what was known, and what in it is today's."""

import dataframely as dy

from nhs_assets.contracts import columns as c

METHOD_OF_TODAY = (
    "Facts as known then; parameters, ranges, scenarios and judgements are today's. "
    "Tables over draws have no rows: they are made for today alone. The draws of the posterior are there, since the "
    "best estimate is their middle."
)


class State(dy.Schema):
    """What the tables of this file are based on: the facts known by a day, and today's method. One row."""

    known_from = c.day("Day on which the last of the facts became known.", key=True)
    vintage_id = c.identifier("The last vintage by then.")
    label = c.text("Name of that vintage.")
    method = c.text("What is not as it was known then.")
    borrowed_deflator_vintage_id = c.identifier("Later vintage whose deflator is borrowed, if any.", nullable=True)


class RawTable(dy.Schema):
    """Tables of raw in this file: whether their rows are facts known by then or today's method."""

    raw_table = c.text("Table.", key=True)
    kind = c.category("Whether its rows are facts, as known then, or method, as of today.", ("fact", "method"))
    rows = c.whole_number("Rows known by then.", "rows")
    later_rows = c.whole_number("Of these, rows that take something from a later document.", "rows")


class LaterMethod(dy.Schema):
    """Today's method that rests on documents of a later day, parameters above all: nobody could know it then."""

    raw_table = c.text("Table.", key=True)
    row_key = c.text("Key of the row, its values joined by /; of a parameter its name and first day.", key=True)
    column_names = c.text("Columns that are today's; a star for the whole row.")
    source_id = c.identifier("Document on which they rest.")
    known_from = c.known_from("Day of that document.")
