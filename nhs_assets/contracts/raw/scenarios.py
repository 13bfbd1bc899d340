"""``raw.scenario`` and its overrides: the files of ``seeds/scenarios``."""

import dataframely as dy

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import known
from nhs_assets.contracts import vocabulary as words
from nhs_assets.contracts.rules import Traced


@known.method()
class Scenario(dy.Schema):
    """Scenarios of the programme as ``seeds/scenarios`` states them, choices taken over from the base filled in."""

    scenario_id = c.identifier("Identifier of the scenario.", key=True)
    label = c.text("Name of the scenario.")
    rationale = c.text("Why it is run, and what represents what.")
    base_scenario_id = c.scenario("Scenario it starts from; empty for the central one.", nullable=True)
    ramp = c.category("How departures spread between their first and last day.", words.RAMPS)
    departures = c.text(
        "Streams whose departures it sets: first and last month, and month of approval; the others leave by the waves.",
        nullable=True,
    )
    moves_cost = c.flag("Whether it says that it moves the cost.", nullable=True)
    moves_saving = c.flag("Whether it says that it moves the saving.", nullable=True)
    recoup_profile_id = c.identifier("Way in which the advance is taken back in it.")
    accounting_basis = c.category("When a cost counts, if one view is shown.", words.ACCOUNTING_BASES)
    source_id = c.source("The document it rests on.")
    file = c.text("The file it was read from.")


@known.method()
@Traced(files_of="raw.scenario")
class ScenarioOverride(dy.Schema):
    """Parameters that scenarios set otherwise than the central one, those taken over from the base among them."""

    scenario_id = c.scenario("The scenario.", key=True)
    parameter_id = c.parameter("The parameter it sets.", key=True)
    value = c.number("The value it runs on, on every date.", "as the parameter")
    low = c.number("Low end of the range in this scenario; equal to the value where none is given.", "as the parameter")
    high = c.number("High end of the range; equal to the value where none is given.", "as the parameter")
    stated_in_scenario_id = c.scenario("The scenario whose file states it: itself, or one it starts from.")

    low_value_high_in_order = c.rule(c.in_order("low", "value", "high"))
    range_is_no_wider_than_value = c.rule(c.range_is_no_wider_than_value())
