"""What a published snapshot says about itself: the seeds it uses, the tables it holds, the checks it passed."""

from functools import partial

import dataframely as dy

from nhs_assets.contracts import columns as c
from nhs_assets.contracts.rules import CompleteOver, each


class SeedFile(dy.Schema):
    """Files behind the snapshot, seeds and those that came through the inbox, with publisher, licence and checksum."""

    file = c.text("Path of the seed within the project, or of its rows in the archive of the inbox.", key=True)
    raw_table = c.text("Table it lands in.")
    publisher = c.text("Who published the figures.")
    title = c.text("Title.")
    description = c.text("What it holds and how it was made.")
    date_published = c.day("When the figures were published; empty if they have several dates.", nullable=True)
    licence = c.text("Licence of the figures.")
    url = c.text("Their address.", nullable=True)
    rows = c.whole_number("Rows in the file; those of a staff list are people, and rounded.", "rows")
    sha256 = c.sha256("Checksum of the file.")


MIXED = "mixed"
CAUSES = ("policy_change", "data_revision", "correction", "definition_change", "code_change", MIXED)
"""Why a figure differs from the last publication; mixed if what it goes back to changed for several reasons."""

REVISION_KINDS = ("added", "changed", "withdrawn")


_conclusion = partial(c.identifier, "The conclusion: a statement that a reader takes away.", key=True)
_figure = partial(c.identifier, "The figure of the conclusion, such as recoup_2026_27.", key=True)


class Conclusion(dy.Schema):
    """The statements a reader takes away, each from what is known last: payback, worth, recoup, gap, growth."""

    conclusion_id = _conclusion()
    figure = _figure()
    label = c.text("What is concluded.")
    unit = c.text("Unit of the values.")
    concluded_value = c.number("The figure; empty if the tables give no answer.", "as the conclusion", nullable=True)
    low_value = c.number(
        "Low end of its range: the 10th percentile over draws, or the least that is stated. Empty where it is exact, a "
        "bound itself, or as of a past day, which has no draws.",
        "as the conclusion",
        nullable=True,
    )
    high_value = c.number("High end of its range, likewise.", "as the conclusion", nullable=True)
    standard_error = c.number(
        "Monte Carlo standard error of the figure, where it is of draws.",
        "as the row's unit",
        nullable=True,
        minimum=0.0,
    )
    how_to_read = c.text("What a reader must know.")


class PublishedTable(dy.Schema):
    """Tables in the snapshot with their size, checksum and the version of the code that made them."""

    table_name = c.text("Schema and table.", key=True)
    description = c.text("What the table holds.")
    rows = c.whole_number("Rows.", "rows")
    sha256 = c.sha256("Checksum of the table's bytes.")
    code_version = c.text("Version of the SQL, model and contract that made it.")
    inputs = c.text("Tables or files it was made from, comma separated.", nullable=True)
    weakest_confidence = c.category(
        "The weakest class among its rows and the rows they were made from, however far back; a row's own column "
        "confidence, where the table has one, says more. Empty if it has no figures.",
        c.CONFIDENCE,
        nullable=True,
    )


class CheckResult(dy.Schema):
    """Every check, evaluated on the exact bytes that are published."""

    check_name = c.text("Schema and rule.", key=True)
    identity = c.text("Identity in the method page that the check holds, where it has one.", nullable=True)
    table_name = c.text("Table it guards.")
    title = c.text("What it holds.")
    severity = c.category("Whether a breach stops publication or is a warning.", ("error", "warn"))
    passed = c.flag("Whether no row breaks the rule.")
    offending_rows = c.whole_number("Rows that break it.", "rows")
    sample = c.text("The first of those rows.", nullable=True)


class Quarantine(dy.Schema):
    """Rows that were set aside because they break a rule of their own, and what is wrong with each refused file."""

    file = c.text("Path of the seed within the project, or of the dropped file within the data folder.", key=True)
    row = c.whole_number(
        "Line in the file, from 1 for the header, or row of the sheet; 1 where the place is neither.",
        "line",
        minimum=1,
        key=True,
    )
    column_name = c.text(
        "Column in which the rule is broken, of a workbook its letter; 'row' where it is about several, 'file' where "
        "it is about the file as a whole.",
        key=True,
    )
    broken_rule = c.text("The rule that is broken.", key=True)
    row_key = c.text(
        "Key of the row, its values joined by /, or its place, as the sheet of a workbook; empty if unknown.",
        nullable=True,
    )
    found = c.text("The value of the cell, if any.", nullable=True)
    remedy = c.text("What to do.")


class Revision(dy.Schema):
    """Figures that differ from the publication before, each with its cause; empty in a first publication.

    Long monthly tables are compared by their totals over organisations and the months of a financial year.
    """

    figure_id = c.text("Table, key values and column, joined by /; * for all rows, or what is summed over.", key=True)
    table_name = c.text("Schema and table.")
    kind = c.category("What happened to the figure.", REVISION_KINDS)
    old_value = c.number("The number before; empty if there was none.", "as the figure", nullable=True)
    new_value = c.number("The number now; empty if there is none.", "as the figure", nullable=True)
    change = c.number("New less old.", "as the figure", nullable=True)
    change_pct = c.percent(
        "The change as a share of the old number's size; empty if that was zero, and for places in a text or a list "
        "and counts of our own records.",
        nullable=True,
    )
    old_text = c.text("The text before, if it is not a number.", nullable=True)
    new_text = c.text("The text now, if it is not a number.", nullable=True)
    cause = c.category("Why it differs.", CAUSES)
    caused_by = c.text("The inputs that changed and that it goes back to, else the code that did.")
    compared_with = c.text("The version it is compared with.")


class Attribution(dy.Schema):
    """How much of the move of each conclusion each changed input explains; the parts sum to the move exactly."""

    conclusion_id = _conclusion()
    figure = _figure()
    input = c.text("The input that changed: a raw table, or one part of it after a /; or code.", key=True)
    contribution = c.exact("What its change explains, averaged over every order of the changes.", "as the figure")
    old_value = c.number("The conclusion before, to six decimals.", "as the figure")
    new_value = c.number("The conclusion now, to six decimals.", "as the figure")
    move = c.exact("New less old.", "as the figure")
    move_standard_error = c.number(
        "Monte Carlo standard error of the move, where the figure is of draws: a contribution of less than two of them "
        "may be no more than other draws. Empty where a version was published without it.",
        "as the figure",
        nullable=True,
        minimum=0.0,
    )
    compared_with = c.text("The version it is compared with.")


@CompleteOver(each("audit.attribution", "conclusion_id"), name="moved_conclusion_has_alert")
class Alert(dy.Schema):
    """Conclusions that moved by more than the last digit stored since the publication before, in plain words."""

    alert_id = c.text("Version and conclusion.", key=True)
    conclusion_id = c.identifier("The conclusion that moved.")
    message = c.text("What moved, from where to where, and what explains it.")
    severity = c.category(
        "large where a figure moved by more than the stated share, turned its sign, came or went; else small.",
        ("large", "small"),
    )
    version = c.text("The version that moved it.")
    compared_with = c.text("The version it is compared with.")


class VintageAttribution(dy.Schema):
    """Real growth of day-to-day spending between plan vintages, like for like: what each input explains of its move.

    Without transfers for the Immigration Health Surcharge where a plan is held without them, else as printed.
    """

    vintage_from = c.identifier("Plan vintage before.", key=True)
    vintage_to = c.identifier("Plan vintage after.", key=True)
    input = c.text("What changed: base_year, end_year (as printed), transfers (of both years) or deflator.", key=True)
    contribution = c.exact("What its change explains, averaged over every order of the changes.", "as the figure")
    old_value = c.number("Average real growth a year before, in %, to six decimals.", "as the figure")
    new_value = c.number("Average real growth a year after, in %, to six decimals.", "as the figure")
    move = c.exact("New less old.", "as the figure")
    deflator_from = c.identifier("Deflator used before.")
    deflator_to = c.identifier("Deflator used after.")


class Lineage(dy.Schema):
    """Columns that each column of a table is worked out from, one step back."""

    table_name = c.text("Schema and table.", key=True)
    column_name = c.text("Column of that table.", key=True)
    from_table = c.text("Table it is worked out from.", key=True)
    from_column = c.text("Column of that table; a star if the table is read as a whole.", key=True)
    only_where = c.text("Rows it is behind, as column = value or value; empty if any.", nullable=True)


class Formula(dy.Schema):
    """How each column that is worked out is worked out: the expression of its SELECT, or the function of the model."""

    table_name = c.text("Schema and table.", key=True)
    column_name = c.text("Column of that table.", key=True)
    kind = c.category("What works it out.", ("select", "model"))
    expression = c.text("The expression and those of its named parts; of a model function, its name and purpose.")
    file = c.text("File within the project that holds it.")
    parameters = c.text("Parameters that the code of the table names, comma separated.", nullable=True)


class RunManifest(dy.Schema):
    """What is needed to cite the snapshot and to make it again: the same for every refresh on the same inputs."""

    fact = c.identifier("What is stated.", key=True)
    stated_as = c.text("What it is.")
    meaning = c.text("What it means and what to do with it.")
