"""Plans, changes, deflators, real terms and headlines."""

from nhs_assets.factories.sql import sql_assets

assets = sql_assets("settlement")
