"""The documents name what is there."""

import re

import pytest

from nhs_assets.build.checks import find_checks
from nhs_assets.contracts.registry import contracts
from nhs_assets.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.unit

METHOD = (PROJECT_ROOT / "docs" / "method.md").read_text(encoding="utf-8")
README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")


def test_method_names_every_check_and_none_that_is_gone() -> None:
    named = set(re.findall(r"`(\w+/\w+)`", METHOD))
    checks = {f"{check.schema}/{check.rule}" for check in find_checks(PROJECT_ROOT / "sql")}
    assert checks <= named
    schemas = {check.partition("/")[0] for check in checks}
    assert {name for name in named if name.partition("/")[0] in schemas and "/" in name} - checks <= set()


def test_readme_names_every_product_table_and_setting() -> None:
    missing = [name for name, table in contracts().items() if table.schema != "raw" and table.table not in README]
    missing += [field for field in Settings.model_fields if f"NHS_ASSETS_{field.upper()}" not in README]
    assert not missing
