"""The known formats, and which of them a file or a file of a release has, by its content."""

import codecs
from contextlib import suppress
from itertools import islice

from nhs_assets.ground.problems import BadInputError
from nhs_assets.sources.publishers import (
    containers,
    hmt_deflator,
    obr_deflator,
    obr_limits,
    practices,
    sickness,
    workforce,
)
from nhs_assets.sources.publishers.archive import Archive, is_zip, open_archive
from nhs_assets.sources.publishers.csv_table import START, decode
from nhs_assets.sources.publishers.interface import Format, ReaderContext, ReadFile
from nhs_assets.sources.publishers.workbook import open_workbook

FORMATS: tuple[Format, ...] = (
    *(sickness.FORMAT, workforce.TO_2025, workforce.CORE, workforce.GRADES, practices.FORMAT),
    *(obr_limits.FORMAT, obr_deflator.FORMAT, hmt_deflator.FORMAT),
)

SHEET_ROWS = 20
"""Rows of a sheet among which the columns of a CSV are looked for."""

_NEARLY = 0.5
"""Share of a format's headings from which a file is refused as a damaged one of that format."""
_REMEDY = f"Drop one of: {', '.join(format_.kind for format_ in FORMATS)}."


def recognised(content: bytes, context: ReaderContext) -> tuple[Format, ...]:
    """The format of a file, or those of the files of a release; none if it is damaged or not known. Never raises."""
    try:
        if release := _open_release(content, context):
            return tuple(release[1].values())
        found = tuple(format_ for format_ in FORMATS if format_.match(content, context) == 1)
        return found if len(found) == 1 else ()
    except BadInputError:
        return ()


def read_file(content: bytes, context: ReaderContext) -> ReadFile:
    """Reads a publisher's file, or the only file of a known format in a release; refuses what is not certain."""
    release = _open_release(content, context)
    if release is None:
        return _nearest(content, context).read(content, context)
    archive, formats = release
    if len(formats) > 1:
        raise context.refuse("contains several known files", "Drop one of them.", value=", ".join(formats))
    ((name, format_),) = formats.items()
    inside = ReaderContext(context.organisations, f"{context.name}, {name}", context.limits)
    return format_.read(archive.read(name), inside)


def unpack(content: bytes, context: ReaderContext) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of a release, by name, if several have a known format; and the names of those that have none."""
    release = _open_release(content, context)
    if release is None:
        return {}, ()
    archive, formats = release
    several = formats if len(formats) > 1 else ()
    others = tuple(name for name in archive.names if name not in formats)
    return {name: archive.read(name) for name in several}, others


def _nearest(content: bytes, context: ReaderContext) -> Format:
    """The format that a content has, or has nearly, so that reading it tells what is missing."""
    shares = [(format_.match(content, context), format_) for format_ in FORMATS]
    best = max(share for share, _ in shares)
    nearest = [format_ for share, format_ in shares if share == best]
    if best == 1 and len(nearest) > 1:
        kinds = ", ".join(format_.kind for format_ in nearest)
        raise context.refuse("matches more than one format", _REMEDY, value=kinds)
    if best < _NEARLY:
        if reason := containers.of_bytes(content):
            raise context.refuse(*reason)
        if kind := _kind_of_sheet(content, context):
            remedy = "Save that sheet as 'CSV UTF-8' and drop the CSV."
            raise context.refuse(f"is a workbook with the columns of {kind}, which its publisher issues as CSV", remedy)
        # A damaged workbook or text is refused as such, since nobody could recognise it.
        if is_zip(content):
            open_workbook(content, context)
        elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _is_utf8(content):
            decode(content, context)
        raise context.refuse("is not in a known format", _REMEDY)
    return nearest[0]


def _kind_of_sheet(content: bytes, context: ReaderContext) -> str | None:
    """The format of CSV files whose columns a sheet of a workbook has; None for any other content."""
    if not is_zip(content):
        return None
    with suppress(BadInputError):
        for sheet in open_workbook(content, context).sheets:
            rows = (",".join(cell.text for cell in cells.values()) for cells in sheet.rows.values())
            text = "\n".join(islice(rows, SHEET_ROWS)).encode()
            for format_ in FORMATS:
                if format_.match(text, context) == 1:
                    return format_.kind
    return None


def _is_utf8(content: bytes) -> bool:
    try:
        return content.decode() is not None
    except UnicodeDecodeError:
        return False


def _open_release(content: bytes, context: ReaderContext) -> tuple[Archive, dict[str, Format]] | None:
    """The ZIP file that a release is, with the formats of its files that are recognised; None for a single file."""
    if not is_zip(content):
        return None
    archive = open_archive(content, context)
    if reason := containers.of_archive(archive):
        raise context.refuse(*reason)
    if "[Content_Types].xml" in archive.names:
        return None
    found: list[tuple[str, Format]] = []
    workbooks = [name for name in archive.names if name.casefold().endswith(".xlsx")]
    for name in archive.names:
        start = archive.start(name, START)
        if not is_zip(start):
            found += [(name, format_) for format_ in FORMATS if format_.match(start, context) == 1]
        elif name not in workbooks:  # releases contain workbooks with notes
            raise context.refuse("contains another archive", "Drop the file that you need.", value=name)
    if not found:
        remedy = "Unpack it and drop the workbook that you need." if workbooks else _REMEDY
        raise context.refuse("contains no file in a known format", remedy)
    kinds = [format_.kind for _, format_ in found]
    repeated = [name for name, format_ in found if kinds.count(format_.kind) > 1]
    if repeated:
        rule = "contains several files of the same format"
        raise context.refuse(rule, "Unpack it and drop them one by one.", value=", ".join(repeated))
    return archive, dict(found)
