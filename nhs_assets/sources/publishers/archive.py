"""Members of a ZIP file, within limits: a workbook is one, and a release of several CSV files."""

import io
import zipfile
import zlib
from dataclasses import dataclass

from nhs_assets.sources.publishers.interface import Beside

_MAGIC = b"PK\x03\x04"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    IndexError,
    KeyError,
    OverflowError,
)
_MB = 1_000_000


def is_zip(content: bytes) -> bool:
    """Whether the content starts as a ZIP file does."""
    return content[: len(_MAGIC)] == _MAGIC


@dataclass(frozen=True)
class Archive:
    """A ZIP file whose list of members has been looked through.

    Attributes:
        names: members that are files.
    """

    names: tuple[str, ...]
    _file: zipfile.ZipFile
    _beside: Beside

    def read(self, name: str) -> bytes:
        """The bytes of a member, whose checksum is right.

        Raises:
            BadInput: if the member is damaged or larger than its entry says.
        """
        size = self._file.getinfo(name).file_size
        content = self._bytes(name, size + 1)
        if len(content) != size:
            raise self._beside.refuse(f"its part {name} is not as long as its entry says", "Get the file again.")
        return content

    def start(self, name: str, size: int) -> bytes:
        """The first bytes of a member, ``size`` at most.

        Raises:
            BadInput: if the member is damaged.
        """
        return self._bytes(name, size)

    def _bytes(self, name: str, size: int) -> bytes:
        try:
            with self._file.open(name) as member:
                return member.read(size)
        except _BROKEN as error:
            raise self._beside.refuse(f"its part {name} is damaged: {error}", "Get the file again.") from None


def open_archive(content: bytes, beside: Beside) -> Archive:
    """The members of a ZIP file.

    Raises:
        BadInput: if it is damaged or encrypted, has too many members, unpacks to too much, or holds a member that
            stands outside its folder, twice, or packed in a way that is not usual.
    """
    remedy = "Get the file again from the publisher."
    try:
        file = zipfile.ZipFile(io.BytesIO(content))
        entries = [entry for entry in file.infolist() if not entry.is_dir()]
    except _BROKEN as error:
        raise beside.refuse(f"is a damaged ZIP file: {error}", remedy) from None
    limits = beside.limits
    if len(file.infolist()) > limits.publisher_members:
        rule = f"holds {len(file.infolist())} parts, where {limits.publisher_members} are allowed"
        raise beside.refuse(rule, "Drop in the one CSV or workbook that is meant.")
    if sum(entry.file_size for entry in entries) > limits.publisher_unpacked_mb * _MB:
        rule = f"unpacks to more than {limits.publisher_unpacked_mb} MB"
        raise beside.refuse(rule, "Drop in the one CSV that is meant.")
    for entry in entries:
        _check(entry, beside, remedy)
    names = tuple(entry.filename for entry in entries)
    if len(set(names)) < len(names):
        raise beside.refuse("holds two parts of one name", remedy)
    return Archive(names, file, beside)


def _check(entry: zipfile.ZipInfo, beside: Beside, remedy: str) -> None:
    name = entry.orig_filename.replace("\\", "/")
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0] or "\0" in name or is_link:
        raise beside.refuse("holds a part that stands outside its folder", remedy, value=name)
    if entry.flag_bits & 0x1:
        raise beside.refuse("is encrypted", "Drop in a file without a password.", value=name)
    if entry.compress_type not in _METHODS:
        raise beside.refuse("is packed in a way that is not read", "Unpack it and drop in the CSV.", value=name)
