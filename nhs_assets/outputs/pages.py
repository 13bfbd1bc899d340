"""Pages made from the templates in ``templates/``."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from nhs_assets.outputs.sentences import day_name

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_PAGES.filters["day"] = day_name
_PAGES.policies["json.dumps_kwargs"] = {"ensure_ascii": False}


def render(template: str, **values: object) -> str:
    """A page from a template; in HTML every value is escaped."""
    return _PAGES.get_template(template).render(values)
