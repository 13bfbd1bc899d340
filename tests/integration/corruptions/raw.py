"""Corruptions for the checks of ``raw``, whose seeds are checked before they are tables."""

from tests.integration.corruptions import Corruption
from tests.integration.corruptions.received import in_inbox

PLAN = "raw.settlement_plan"

CORRUPTIONS: dict[str, dict[str, Corruption]] = {
    "cells_are_confirmed_by_their_file": {
        "a cell that a person compared": in_inbox(PLAN, "accepted", 11, compared_cells="4.7!C6 = 193.219 (formula)"),
        "a total that the publisher adjusted": in_inbox(PLAN, "accepted", 11, adjusted_cells="4.8!J12 = 1 (2025-26)"),
    },
}
