"""The money brought forward and what it leaves for services."""

from nhs_assets.factories.sql import sql_assets

assets = sql_assets("overspend")
