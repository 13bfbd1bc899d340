"""The formats that can be read, and how the one of a file is told: by its content, within a release too."""

from dataclasses import replace

from nhs_assets.problems import BadInput
from nhs_assets.sources.publishers.archive import is_zip, open_archive
from nhs_assets.sources.publishers.hmt_deflator import TreasuryDeflators
from nhs_assets.sources.publishers.interface import Beside, PublisherFile, ReadFile
from nhs_assets.sources.publishers.obr_deflator import InflationTable
from nhs_assets.sources.publishers.obr_limits import DepartmentalLimits
from nhs_assets.sources.publishers.practices import PracticeAllocations
from nhs_assets.sources.publishers.sickness import SicknessAbsence
from nhs_assets.sources.publishers.workforce import WorkforceCore, WorkforceStatistics

FORMATS: tuple[PublisherFile, ...] = (
    SicknessAbsence(),
    WorkforceStatistics(),
    WorkforceCore(),
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


def recognised(content: bytes, beside: Beside) -> PublisherFile | None:
    """The format whose headings the content has; None where it has those of none or of two. It never fails.

    A release of several files is recognised by the one in it that is.
    """
    try:
        if _is_release(content, beside):
            return _member_read(content, beside)[1]
        return _format_of(content, beside)
    except BadInput:
        return None


def read_file(content: bytes, beside: Beside) -> ReadFile:
    """Reads a publisher's file, whichever it is; of a release, the one file in it that is recognised.

    Raises:
        BadInput: if it is of no format that is known or of two, or cannot be read with certainty.
    """
    if not _is_release(content, beside):
        return _format_of(content, beside).read(content, beside)
    name, format_ = _member_read(content, beside)
    inside = beside.named(f"{beside.name}, {name}")
    return replace(format_.read(open_archive(content, beside).read(name), inside), member=name)


def _format_of(content: bytes, beside: Beside) -> PublisherFile:
    """The format that the content has, or nearly has and is then refused by with what it lacks."""
    shares = [(format_.recognise(content, beside), format_) for format_ in FORMATS]
    best = max(share for share, _ in shares)
    nearest = [format_ for share, format_ in shares if share == best]
    if best == 1 and len(nearest) > 1:
        kinds = ", ".join(format_.kind for format_ in nearest)
        raise beside.refuse("has the headings of more than one format", _REMEDY, value=kinds)
    if best < _NEARLY:
        if not content.strip():
            raise beside.refuse("is empty", "Get the file again from the publisher.")
        raise beside.refuse("has the headings of no format that is known", _REMEDY)
    return nearest[0]


def _is_release(content: bytes, beside: Beside) -> bool:
    """Whether the content is a ZIP file of files and not a workbook.

    Raises:
        BadInput: if it is a ZIP file that is damaged or beyond the limits.
    """
    return is_zip(content) and _OFFICE not in open_archive(content, beside).names


def _member_read(content: bytes, beside: Beside) -> tuple[str, PublisherFile]:
    """The one member of a release that is recognised.

    Raises:
        BadInput: if none is or several are, or the release holds another archive.
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
        raise beside.refuse("holds no file of a format that is known", _REMEDY)
    if len(found) > 1:
        names = ", ".join(name for name, _ in found)
        raise beside.refuse("holds more than one file that could be read", "Drop in one of them.", value=names)
    return found[0]
