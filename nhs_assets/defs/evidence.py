"""Who said what, when and how surely."""

from nhs_assets.defs.table_asset import schema_assets

assets = schema_assets("evidence")
