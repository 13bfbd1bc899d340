"""The sources to download, listed in ``seeds/fetch/sources.yml``."""

from collections import Counter
from collections.abc import Collection
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

import yaml
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError, ValidationInfo, field_validator

from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.settings import Settings

OFF = "Fetching is off. Set NHS_ASSETS_FETCH=true to download the sources of seeds/fetch/sources.yml."
NONE_LISTED = "No source is listed in seeds/fetch/sources.yml."

_LOOPBACK = ("127.0.0.1", "[::1]", "localhost")
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class FetchSource(BaseModel, extra="forbid", frozen=True):
    """One address to download from; its query may hold a key, so show it only through :func:`redacted`."""

    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$")]
    publisher: _Text
    title: _Text
    licence: _Text
    address: str
    redirect_hosts: tuple[Annotated[_Text, StringConstraints(to_lower=True)], ...]

    @field_validator("address")
    @classmethod
    def _is_allowed(cls, address: str, info: ValidationInfo) -> str:
        if problem := address_problem(address, {urlsplit(address).netloc.lower()}, info.context):
            raise ValueError(problem)
        return address

    @property
    def hosts(self) -> frozenset[str]:
        """Hosts that may answer, each with its port unless that is the default."""
        return frozenset({urlsplit(self.address).netloc.lower(), *self.redirect_hosts})


def redacted(address: str) -> str:
    """An address without user, password, query and fragment, any of which may be secret."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def address_problem(address: str, hosts: Collection[str], from_loopback: bool) -> str | None:
    """Why an address may not be requested, given the hosts that may answer; plain http is at most for this machine."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return "is not a valid address"
    if "@" in parts.netloc:
        return "holds a user or password"
    if parts.netloc.lower() not in hosts:
        return f"is on the host {parts.hostname}, which is not listed"
    on_this_machine = parts.netloc.lower().removesuffix(f":{parts.port}") in _LOOPBACK
    if parts.scheme == "https" or (parts.scheme == "http" and from_loopback and on_this_machine):
        return None
    return "is not https"


def read_sources(settings: Settings) -> tuple[FetchSource, ...]:
    """The listed sources; none if there is no list. A BadInputError for a bad entry or address."""
    path = settings.seeds_dir / "fetch" / "sources.yml"
    if not path.exists():
        return ()
    try:
        found = read_yaml(path) or ()
        sources = TypeAdapter(tuple[FetchSource, ...]).validate_python(found, context=settings.fetch_from_loopback)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInputError([Problem(path.name, "is not YAML in UTF-8", "Correct it.")]) from error
    except ValidationError as error:
        remedy = f"Write a list of entries with exactly these keys: {', '.join(FetchSource.model_fields)}."
        # Without the values: an address may hold a key.
        problems = [
            Problem(
                path.name,
                wrong["msg"].removeprefix("Value error, "),
                remedy,
                row=f"entry {wrong['loc'][0] + 1}" if wrong["loc"] else None,
                column=".".join(map(str, wrong["loc"][1:])) or None,
            )
            for wrong in error.errors()
        ]
        raise BadInputError(problems) from None
    repeated = [name for name, count in Counter(source.source for source in sources).items() if count > 1]
    if repeated:
        raise BadInputError([Problem(path.name, "lists a source twice", "Keep one.", value=name) for name in repeated])
    return sources


def reason_not_to_fetch(settings: Settings) -> str | None:
    """Why nothing is fetched; None if something is."""
    if not settings.fetch:
        return OFF
    return None if read_sources(settings) else NONE_LISTED
