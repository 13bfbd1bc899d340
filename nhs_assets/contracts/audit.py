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


class Quarantine(dy.Schema):
    """Rows of seeds that were set aside because they break a rule of their own; the rest of the file went on."""

    file = c.text("Path of the seed within the project.", key=True)
    row = c.whole_number("Line of the row in the file; the header is line 1.", "line", key=True, minimum=1)
    column_name = c.text("Column in which the rule is broken; 'row' where it is about several.", key=True)
    broken_rule = c.text("The rule that is broken.", key=True)
    found = c.text("What stands in the cell; empty where nothing does.", nullable=True)
    remedy = c.text("What to do.")
