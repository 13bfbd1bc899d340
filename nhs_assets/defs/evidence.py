"""Who said what, when and how surely."""

from nhs_assets.factories.sql import sql_assets

assets = sql_assets("evidence")
