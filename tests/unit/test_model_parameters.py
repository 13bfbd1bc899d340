from datetime import date

import pytest

from tests.unit.model_inputs import parameter_set

pytestmark = pytest.mark.unit


def test_value_is_the_latest_that_holds_on_the_day():
    parameters = parameter_set(pay_award_pct={date(2027, 4, 1): 2.5, date(2026, 4, 1): 3.3})
    assert parameters.value("pay_award_pct", date(2027, 3, 31)) == 3.3
    assert parameters.value("pay_award_pct", date(2027, 4, 1)) == 2.5
    assert parameters.value("pay_award_pct") == 2.5


def test_dated_values_are_in_order_of_date():
    parameters = parameter_set(pay_award_pct={date(2027, 4, 1): 2.5, date(2026, 4, 1): 3.3})
    assert parameters.dated("pay_award_pct").rows() == [(date(2026, 4, 1), 3.3), (date(2027, 4, 1), 2.5)]


def test_unknown_name_is_refused_with_near_names():
    with pytest.raises(KeyError, match="pay_award_pct"):
        parameter_set().value("pay_award")


def test_value_is_never_extended_back():
    with pytest.raises(LookupError, match="2026-04-01") as refused:
        parameter_set().value("pay_award_pct", date(2026, 3, 31))
    assert not isinstance(refused.value, KeyError)
