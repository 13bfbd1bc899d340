"""What assets are given at run time."""

import dagster as dg

from nhs_assets.settings import settings

defs = dg.Definitions(resources={"settings": settings()})
