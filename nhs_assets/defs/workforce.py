"""Organisations, staff in post and the size of the cut."""

from nhs_assets.defs.table_asset import schema_assets

assets = schema_assets("workforce")
