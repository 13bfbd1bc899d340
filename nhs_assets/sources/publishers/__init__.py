"""Readers of publishers' files: bytes in, tidy frames out. ``FORMATS`` lists them, ``read_file`` picks one."""

from nhs_assets.sources.publishers.formats import FORMATS, read_file, recognised, unpack
from nhs_assets.sources.publishers.interface import ComparedCell, Coverage, Format, ReaderContext, ReadFile
from nhs_assets.sources.publishers.workbook import comparison_problems

__all__ = [
    "FORMATS",
    "ComparedCell",
    "Coverage",
    "Format",
    "ReadFile",
    "ReaderContext",
    "comparison_problems",
    "read_file",
    "recognised",
    "unpack",
]
