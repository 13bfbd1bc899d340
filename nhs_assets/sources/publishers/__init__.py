"""Readers of publishers' files: bytes in, tidy frames out. ``FORMATS`` lists them, ``read_file`` picks one."""

from nhs_assets.sources.publishers.formats import FORMATS, read_file, recognised, unpack
from nhs_assets.sources.publishers.interface import Coverage, Format, ReaderContext, ReadFile

__all__ = ["FORMATS", "Coverage", "Format", "ReadFile", "ReaderContext", "read_file", "recognised", "unpack"]
