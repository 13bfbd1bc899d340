"""Text that was read as Windows-1252 and saved again as UTF-8: "Â£" for "£"."""

import re

REMEDY = "Open the file again as UTF-8, or put back the copy that was right, and save it as UTF-8."


def _as_windows(first: int, last: int) -> str:
    """A class of the characters that Windows-1252 shows for these bytes; it leaves five of them as they are."""
    shown = (bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(first, last + 1))
    return f"[{re.escape(''.join(shown))}]"


_NEXT = _as_windows(0x80, 0xBF)
_TWICE = re.compile(
    f"{_as_windows(0xC2, 0xDF)}{_NEXT}|{_as_windows(0xE0, 0xEF)}{_NEXT}{{2}}|{_as_windows(0xF0, 0xF4)}{_NEXT}{{3}}"
)


def decoded_twice(text: str) -> str | None:
    """What is wrong with a text of which part becomes UTF-8 when written back as Windows-1252; None for other texts."""
    for found in _TWICE.finditer(text):
        written = b"".join(
            character.encode("cp1252") if ord(character) > 0xFF else bytes([ord(character)]) for character in found[0]
        )
        try:
            meant = written.decode()
        except UnicodeDecodeError:
            continue
        return f"holds {found[0]!r} for {meant!r}: the text was decoded twice"
    return None
