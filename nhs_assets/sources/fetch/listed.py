"""The sources that are downloaded, as ``seeds/fetch/sources.yml`` lists them."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import yaml

from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.settings import Settings

OFF = "Fetching is off. Set NHS_ASSETS_FETCH=true to download the sources of seeds/fetch/sources.yml."
NONE_LISTED = "No source is listed in seeds/fetch/sources.yml."
KEYS = ("source", "publisher", "title", "licence", "address", "redirect_hosts")
CONTENT_TYPES = {
    "text/csv": ".csv",
    "application/csv": ".csv",
    "text/plain": ".csv",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/octet-stream": "",
    "binary/octet-stream": "",
}
"""Types of content that are taken, with the ending of the name that a person expects; readers go by content."""

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_]*")


@dataclass(frozen=True)
class FetchSource:
    """One address that is downloaded.

    Attributes:
        source: its identifier.
        publisher: who publishes it.
        title: what it is.
        licence: licence of its figures.
        address: where it is; a query may hold a key, so it is shown by :func:`shown` alone.
        redirect_hosts: hosts that it may send on to, beside its own.
    """

    source: str
    publisher: str
    title: str
    licence: str
    address: str
    redirect_hosts: tuple[str, ...] = ()

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that may answer, each with its port where it is not the usual one."""
        return frozenset({urlsplit(self.address).netloc.lower(), *self.redirect_hosts})


def shown(address: str) -> str:
    """An address fit for logs: without user, password, query and fragment, any of which may be a secret."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def address_problem(address: str, hosts: Collection[str], from_loopback: bool) -> str | None:
    """Why an address may not be asked; None if it may.

    Args:
        address: where a request would go.
        hosts: the hosts that may answer.
        from_loopback: whether http is allowed to this machine.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "is no address"
    if "@" in parts.netloc:
        return "holds a user or password"
    if parts.netloc.lower() not in hosts:
        return f"is on the host {host}, which is not listed"
    if parts.scheme == "https" or (parts.scheme == "http" and from_loopback and _is_loopback(host)):
        return None
    return "is not https"


def read_sources(path: Path, from_loopback: bool = False) -> tuple[FetchSource, ...]:
    """The sources listed in a file; none if there is no file.

    Raises:
        BadInput: if the file is not a list of sources with exactly the keys they have, or an address may not be asked.
    """
    if not path.exists():
        return ()
    try:
        found = read_yaml(path) or []
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput([Problem(path.name, "is not YAML in UTF-8", "Correct it.")]) from error
    if not isinstance(found, list):
        raise BadInput([Problem(path.name, "is not a list", "Write one entry for each source.")])
    problems, sources = [], []
    for place, entry in enumerate(found, start=1):
        wrong = _entry_problem(entry, from_loopback)
        if wrong:
            problems.append(Problem(path.name, wrong, f"An entry has exactly: {', '.join(KEYS)}.", f"entry {place}"))
        else:
            sources.append(FetchSource(**entry | {"redirect_hosts": tuple(entry["redirect_hosts"])}))
    names = [one.source for one in sources]
    problems += [
        Problem(path.name, "lists a source twice", "Keep one of them.", value=name)
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if problems:
        raise BadInput(problems)
    return tuple(sources)


def sources_file(settings: Settings) -> Path:
    """The file that lists the sources."""
    return settings.seeds_dir / "fetch" / "sources.yml"


def why_not(settings: Settings) -> str | None:
    """Why nothing is fetched; None if something is.

    Raises:
        BadInput: if fetching is on and the list of sources is refused.
    """
    if not settings.fetch:
        return OFF
    return None if read_sources(sources_file(settings), settings.fetch_from_loopback) else NONE_LISTED


def _entry_problem(entry: object, from_loopback: bool) -> str | None:
    if not isinstance(entry, dict) or set(entry) != set(KEYS):
        return "has other keys than a source"
    texts = [entry[key] for key in KEYS if key != "redirect_hosts"]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        return "has an empty cell, or one that is no text"
    if not _IDENTIFIER.fullmatch(entry["source"]):
        return "names its source otherwise than in small letters, digits and _"
    hosts = entry["redirect_hosts"]
    if not isinstance(hosts, list) or not all(isinstance(host, str) and host == host.lower() for host in hosts):
        return "has redirect_hosts that are no list of hosts in small letters"
    wrong = address_problem(entry["address"], {urlsplit(entry["address"]).netloc.lower()}, from_loopback)
    return f"has an address that {wrong}" if wrong else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
