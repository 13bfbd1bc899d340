"""The programme's cost and saving by organisation and month."""

from nhs_assets.defs.table_asset import schema_assets

assets = schema_assets("savings")
