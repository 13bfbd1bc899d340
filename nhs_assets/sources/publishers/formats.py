"""The formats that can be read, and how the one of a file is told: by its content, within a release too."""

import codecs
from dataclasses import replace

from nhs_assets.ground.problems import BadInput
from nhs_assets.sources.publishers.archive import is_zip, open_archive
from nhs_assets.sources.publishers.csv_table import text_of
from nhs_assets.sources.publishers.hmt_deflator import TreasuryDeflators
from nhs_assets.sources.publishers.interface import Beside, PublisherFile, ReadFile
from nhs_assets.sources.publishers.obr_deflator import InflationTable
from nhs_assets.sources.publishers.obr_limits import DepartmentalLimits
from nhs_assets.sources.publishers.practices import PracticeAllocations
from nhs_assets.sources.publishers.sickness import SicknessAbsence
from nhs_assets.sources.publishers.workbook import is_workbook, open_workbook
from nhs_assets.sources.publishers.workforce import WorkforceCore, WorkforceStatistics
from nhs_assets.sources.publishers.workforce_grades import WorkforceGrades

FORMATS: tuple[PublisherFile, ...] = (
    SicknessAbsence(),
    WorkforceStatistics(),
    WorkforceCore(),
    WorkforceGrades(),
    PracticeAllocations(),
    DepartmentalLimits(),
    InflationTable(),
    TreasuryDeflators(),
)
"""Every format, each known by its own headings."""

_START = 65_536
"""Bytes from the top of a member that are enough to know it by."""
_NEARLY = 0.5
"""Share of a format's headings from which a file is refused as a damaged one of that format, not as unknown."""
_OFFICE = "[Content_Types].xml"
_REMEDY = f"Drop in one of: {', '.join(format_.kind for format_ in FORMATS)}."


def recognised(content: bytes, beside: Beside) -> tuple[PublisherFile, ...]:
    """The format whose headings the content has, or those of the files in a release; empty where there is none.

    It never fails: what is damaged is not recognised.
    """
    try:
        if _is_release(content, beside):
            return tuple(format_ for _, format_ in _members(content, beside))
        found = tuple(format_ for format_ in FORMATS if format_.recognise(content, beside) == 1)
        return found if len(found) == 1 else ()
    except BadInput:
        return ()


def read_files(content: bytes, beside: Beside) -> tuple[ReadFile, ...]:
    """Reads a publisher's file, whichever it is; of a release, every file in it that is recognised.

    Raises:
        BadInput: if it is of no format that is known or of two, or any of it cannot be read with certainty.
    """
    if not _is_release(content, beside):
        return (_format_of(content, beside).read(content, beside),)
    archive = open_archive(content, beside)
    found = []
    for name, format_ in _members(content, beside):
        inside = beside.named(f"{beside.name}, {name}")
        found.append(replace(format_.read(archive.read(name), inside), member=name))
    return tuple(found)


def unpacked(content: bytes, beside: Beside) -> dict[str, bytes]:
    """The files of a release in which several are recognised, by name; empty for any other file.

    Raises:
        BadInput: if it is a ZIP file that is damaged, beyond the limits, or holds two files of one format.
    """
    members = _members(content, beside) if _is_release(content, beside) else []
    if len(members) < 2:
        return {}
    archive = open_archive(content, beside)
    return {name: archive.read(name) for name, _ in members}


def unread(content: bytes, beside: Beside) -> tuple[str, ...]:
    """The files of a release that are not read, since they are of no format that is known.

    Raises:
        BadInput: if it is a ZIP file that is damaged, beyond the limits, or holds two files of one format.
    """
    if not _is_release(content, beside):
        return ()
    known = {name for name, _ in _members(content, beside)}
    return tuple(name for name in open_archive(content, beside).names if name not in known)


def read_file(content: bytes, beside: Beside) -> ReadFile:
    """Reads a publisher's file from which one format can be read.

    Raises:
        BadInput: as :func:`read_files`, and if a release holds files of several formats.
    """
    found = read_files(content, beside)
    if len(found) > 1:
        names = ", ".join(str(one.member) for one in found)
        raise beside.refuse("holds files of several formats", "Drop in one of them.", value=names)
    return found[0]


def _format_of(content: bytes, beside: Beside) -> PublisherFile:
    """The format that the content has, or nearly has and is then refused by with what it lacks."""
    shares = [(format_.recognise(content, beside), format_) for format_ in FORMATS]
    best = max(share for share, _ in shares)
    nearest = [format_ for share, format_ in shares if share == best]
    if best == 1 and len(nearest) > 1:
        kinds = ", ".join(format_.kind for format_ in nearest)
        raise beside.refuse("has the headings of more than one format", _REMEDY, value=kinds)
    if best < _NEARLY:
        _refuse_what_is_damaged(content, beside)
        raise beside.refuse("has the headings of no format that is known", _REMEDY)
    return nearest[0]


def _refuse_what_is_damaged(content: bytes, beside: Beside) -> None:
    """Says what keeps a file from being known, where that is more than its headings.

    Raises:
        BadInput: if a workbook cannot be read, or a text is empty, of another encoding, or has lines without end.
    """
    if is_workbook(content, beside):
        for _ in open_workbook(content, beside).sheets:
            continue
    elif _is_text(content):
        text_of(content, beside)


def _is_text(content: bytes) -> bool:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_release(content: bytes, beside: Beside) -> bool:
    """Whether the content is a ZIP file of files and not a workbook.

    Raises:
        BadInput: if it is a ZIP file that is damaged or beyond the limits.
    """
    return is_zip(content) and _OFFICE not in open_archive(content, beside).names


def _members(content: bytes, beside: Beside) -> list[tuple[str, PublisherFile]]:
    """The members of a release that are recognised.

    Raises:
        BadInput: if there is none, two are of one format, or the release holds another archive.
    """
    archive = open_archive(content, beside)
    found = []
    for name in archive.names:
        start = archive.start(name, _START)
        if is_zip(start):
            # Releases carry a workbook of notes beside the figures; any other archive within one is refused.
            if not name.casefold().endswith(".xlsx"):
                raise beside.refuse("holds another archive", "Drop in the file that is meant.", value=name)
            continue
        found += [(name, format_) for format_ in FORMATS if format_.recognise(start, beside) == 1]
    if not found:
        has_workbooks = any(name.casefold().endswith(".xlsx") for name in archive.names)
        remedy = "Unpack it and drop in the workbook that is meant." if has_workbooks else _REMEDY
        raise beside.refuse("holds no file of a format that is known", remedy)
    kinds = [format_.kind for _, format_ in found]
    repeated = [name for name, format_ in found if kinds.count(format_.kind) > 1]
    if repeated:
        rule = "holds more than one file of one format"
        raise beside.refuse(rule, "Unpack it and drop them in by themselves.", value=", ".join(repeated))
    return found
