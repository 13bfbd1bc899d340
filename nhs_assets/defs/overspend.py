"""The money brought forward and what it leaves for services."""

from nhs_assets.defs.table_asset import schema_assets

assets = schema_assets("overspend")
