"""Files that hold the right figures in a container that is not read: what they are, and what to save them as."""

from nhs_assets.sources.publishers.archive import Archive

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPEN_DOCUMENT = "mimetype"
STRICT = b"http://purl.oclc.org/ooxml/"
AS_XLSX = "Open it and save it as 'Excel Workbook (.xlsx)'."

Reason = tuple[str, str]
"""The rule that a file breaks, and the remedy."""


def of_bytes(content: bytes) -> Reason | None:
    """Why the bytes of a file, which is no ZIP file, are in the wrong container; None if they are not."""
    if content.startswith(OLD_OFFICE):
        return "is a workbook in the old format (.xls), or one with a password", AS_XLSX
    return None


def of_archive(archive: Archive) -> Reason | None:
    """Why a ZIP file is in the wrong container; None if it is not."""
    if OPEN_DOCUMENT in archive.names and b"opendocument.spreadsheet" in archive.read(OPEN_DOCUMENT):
        return "is an OpenDocument spreadsheet (.ods)", AS_XLSX
    if "xl/workbook.xml" in archive.names and STRICT in archive.start("xl/workbook.xml", 4096):
        remedy = "Open it and save it as 'Excel Workbook (.xlsx)', not as 'Strict Open XML Spreadsheet'."
        return "is a workbook in the strict format of Open XML", remedy
    return None
