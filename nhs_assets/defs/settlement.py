"""Plans, changes, deflators, real terms and headlines."""

from nhs_assets.defs.table_asset import schema_assets

assets = schema_assets("settlement")
