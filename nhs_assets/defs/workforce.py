"""Organisations, staff in post and the size of the cut."""

from nhs_assets.factories.product import model_recipes
from nhs_assets.factories.sql import sql_assets
from nhs_assets.factories.table import table_asset

assets = [*sql_assets("workforce"), *map(table_asset, model_recipes("workforce"))]
