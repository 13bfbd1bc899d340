"""``raw.inbox_file``: the publishers' files that were dropped in the inbox."""

import dataframely as dy

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import known
from nhs_assets.contracts import vocabulary as words


@known.fact(known.own("received_on"))
class InboxFile(dy.Schema):
    """Publishers' files that were dropped or fetched: what each is, which rows it provides, and what happened to it."""

    file = c.text("Its path within the data folder.", key=True)
    dropped_as = c.text("Name of the dropped file.")
    sha256 = c.sha256("Checksum of its bytes.")
    format_id = c.identifier("Format that its content has; empty if it has none that is known.", nullable=True)
    first_month = c.month("First month it covers, or month of the forecast, if known.", nullable=True)
    last_month = c.month("Last month it covers, or month of the forecast, if known.", nullable=True)
    received_on = c.day("Day on which it was ingested, in London.")
    received_order = c.whole_number("Place in the order in which files were ingested.", "place", minimum=1)
    date_published = c.day("Day of publication, if a person or the publisher has stated it.", nullable=True)
    inbox_status = c.category(
        "Accepted: the tables hold its rows, or those of some of its months. Superseded: newer files replaced all "
        "its months. Held: the tables had the same figures already. Opened: a release of several files, each of "
        "which has a row of its own. Refused: nothing in it is used.",
        words.INBOX_STATUS,
    )
    superseded_by = c.text("File that replaced its rows; the newest, if there are several.", nullable=True)
    superseded_periods = c.text("First days of months, or years, whose rows a newer file replaced.", nullable=True)
    raw_table = c.text("Table that it provides rows of.", nullable=True)
    source_id = c.identifier("The document that its rows name.", nullable=True)
    rows = c.whole_number("Rows that it provided when it was ingested.", "rows")
    serving_rows = c.whole_number("Rows of it that its table holds by now.", "rows")
    set_aside_rows = c.whole_number("Rows set aside, as the quarantine lists them; an omitted month is one.", "rows")
    compared_cells = c.text(
        "Cells of a workbook that its note says a person compared with the published table, each as sheet!cell = value "
        "and the rule that the cell does not satisfy.",
        nullable=True,
    )
    adjusted_cells = c.text(
        "Figures that the publisher adjusted and explained, so that they confirm no others, each with the explanation.",
        nullable=True,
    )
    report = c.text("Why that happened to it.")
