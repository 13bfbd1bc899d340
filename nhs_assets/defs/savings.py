"""The programme's cost and saving by organisation and month."""

from nhs_assets.factories.sql import sql_assets

assets = sql_assets("savings")
