"""What a published snapshot says about itself: the seeds it stands on, the tables it holds, the checks it passed."""

import dataframely as dy

from nhs_assets.contracts import columns as c


class SeedFile(dy.Schema):
    """Seed files behind the snapshot, with publisher, licence and checksum."""

    file = c.text("Path of the seed within the project.", key=True)
    raw_table = c.text("Table it lands in.")
    publisher = c.text("Who published the figures.")
    title = c.text("Title.")
    description = c.text("What it holds and how it was made.")
    date_published = c.day("When the figures were published; empty where they have several dates.", nullable=True)
    licence = c.text("Licence of the figures.")
    url = c.text("Where they stand.", nullable=True)
    rows = c.whole_number("Rows in the file.", "rows")
    sha256 = c.sha256("Checksum of the file.")


def _conclusion() -> dy.String:
    return c.identifier("The conclusion: a statement that a reader takes away.", key=True)


def _figure() -> dy.String:
    return c.identifier("The figure of the conclusion, such as recoup_2026_27.", key=True)


class Conclusion(dy.Schema):
    """The statements a reader takes away, each from what is known last: payback, worth, recoup, operations, gap, growth."""

    conclusion_id = _conclusion()
    figure = _figure()
    label = c.text("What is concluded.")
    unit = c.text("Unit of the values.")
    concluded_value = c.number("The figure; empty where the tables give no answer.", "as the conclusion", nullable=True)
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
        "The weakest class among the rows it was made from, however far back; a row's own column confidence, where "
        "the table has one, says more. Empty where no figure is behind it.",
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
