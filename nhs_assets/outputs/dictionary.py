"""The data dictionary: every published column with its type, unit and meaning, written from the contracts."""

from nhs_assets.contracts.registry import Contract, contracts

PREAMBLE = """# Data dictionary

Written from `nhs_assets/contracts/` by `nhs-assets dictionary`; a test fails when the two differ. Keys are marked ●.
Money in £m is nominal unless the row's `price_basis` says real; then `base_fy` names the price year.
"""


def dictionary() -> str:
    """The dictionary as Markdown."""
    return PREAMBLE + "".join(_section(contract) for contract in contracts().values())


def _section(contract: Contract) -> str:
    lines = [
        f"\n## {contract.name}\n",
        contract.description,
        "",
        "| column | type | unit | meaning |",
        "|---|---|---|---|",
    ]
    for column in contract.columns:
        name = f"{'●' if column.is_key else ''}`{column.name}`"
        kind = column.duckdb_type + (", may be empty" if column.nullable else "")
        lines.append(f"| {name} | {kind} | {column.unit} | {column.description} |")
    return "\n".join(lines) + "\n"
