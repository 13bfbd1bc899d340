"""Readers of publishers' own files: bytes in, tidy frames out. ``FORMATS`` lists them, ``read_files`` picks."""

from nhs_assets.sources.publishers.formats import FORMATS, read_file, read_files, recognised, unpacked, unread
from nhs_assets.sources.publishers.interface import Beside, Coverage, PublisherFile, ReadFile, Span

__all__ = [
    "FORMATS",
    "Beside",
    "Coverage",
    "PublisherFile",
    "ReadFile",
    "Span",
    "read_file",
    "read_files",
    "recognised",
    "unpacked",
    "unread",
]
