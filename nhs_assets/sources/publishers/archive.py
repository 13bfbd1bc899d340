"""ZIP files, read within limits: workbooks, and releases of several CSV files."""

import io
import zipfile
import zlib
from dataclasses import dataclass

from nhs_assets.sources.publishers.interface import ReaderContext

_MB = 1_000_000
_AGAIN = "Get the file again from the publisher."
_PICK = "Drop only the CSV or workbook that you need."
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError, LookupError, OverflowError)


def is_zip(content: bytes) -> bool:
    """Whether the content starts as a ZIP file."""
    return content.startswith(b"PK\x03\x04")


@dataclass(frozen=True)
class Archive:
    """A ZIP file within the limits, and the names of its files."""

    names: tuple[str, ...]
    _file: zipfile.ZipFile
    _context: ReaderContext

    def read(self, name: str) -> bytes:
        """The bytes of a file, with the right checksum and length."""
        size = self._file.getinfo(name).file_size
        content = self.start(name, size + 1)
        if len(content) != size:
            raise self._context.refuse(f"contains {name}, which does not have the stated length", _AGAIN)
        return content

    def start(self, name: str, size: int) -> bytes:
        """The first bytes of a file, at most ``size``."""
        try:
            with self._file.open(name) as file:
                return file.read(size)
        except _DAMAGED as error:
            raise self._context.refuse(f"contains {name}, which is damaged: {error}", _AGAIN) from None


def open_archive(content: bytes, context: ReaderContext) -> Archive:
    """Opens a ZIP file; refused if it is damaged, encrypted, beyond the limits, or has unsafe names or methods."""
    try:
        file = zipfile.ZipFile(io.BytesIO(content))
        entries = [entry for entry in file.infolist() if not entry.is_dir()]
    except _DAMAGED as error:
        raise context.refuse(f"is a damaged ZIP file: {error}", _AGAIN) from None
    count, limits = len(file.infolist()), context.limits
    if count > limits.publisher_members:
        raise context.refuse(f"contains {count} files; the limit is {limits.publisher_members}", _PICK)
    if sum(entry.file_size for entry in entries) > limits.publisher_unpacked_mb * _MB:
        raise context.refuse(f"unpacks to more than {limits.publisher_unpacked_mb} MB", _PICK)
    for entry in entries:
        name = entry.orig_filename.replace("\\", "/")
        parts = name.split("/")
        is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
        if name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name or is_link:
            raise context.refuse("contains a path outside its folder", _AGAIN, value=name)
        if entry.flag_bits & 0x1:
            raise context.refuse("is encrypted", "Drop a file without a password.", value=name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise context.refuse("uses an unsupported compression", "Unpack it and drop the CSV.", value=name)
    names = tuple(entry.filename for entry in entries)
    if len(set(names)) < len(names):
        raise context.refuse("contains two files of the same name", _AGAIN)
    return Archive(names, file, context)
