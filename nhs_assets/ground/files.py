"""Writes files so that a reader sees the old one or the new one, never half of one."""

import fcntl
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LEFT_BEHIND = ("desktop.ini", "thumbs.db", ".ds_store")
_LINKS = (".url", ".lnk", ".webloc")
"""What systems and browsers leave in a folder, and shortcuts."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path``; what is written there replaces it if nothing is raised."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.partial")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def link(source: Path, target: Path) -> None:
    """Gives ``source`` a second name; copies where the file system has no hard links."""
    with replacing(target) as temporary:
        try:
            os.link(source, temporary)
        except OSError:
            shutil.copyfile(source, temporary)


def copy(source: Path, target: Path) -> None:
    """Copies a whole file and syncs it, or leaves what was there."""
    with replacing(target) as temporary:
        shutil.copyfile(source, temporary)
        sync(temporary)


def write_safely(path: Path, content: bytes) -> None:
    """Writes a whole file and syncs it, or leaves what was there."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)
        sync(temporary)


def write_text(path: Path, text: str) -> None:
    """Writes a whole text file or leaves what was there."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of(content: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def sync(path: Path) -> None:
    """Forces a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a lock, which the kernel releases however its holder ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_left_behind(name: str) -> bool:
    """Whether a file of this name is hidden, or left by a system, a browser or a program that has another open."""
    return name[0] in ".~" or name.lower() in _LEFT_BEHIND or name.lower().endswith(_LINKS)
