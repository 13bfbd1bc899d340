"""Organisations, staff in post and the size of the cut."""

from nhs_assets.factories.sql import sql_assets

assets = sql_assets("workforce")
