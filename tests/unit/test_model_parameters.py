from datetime import date

import pytest

from tests.unit.model_inputs import parameter_set

pytestmark = pytest.mark.unit


def test_value_is_the_latest_that_holds_on_the_day():
    awards = {date(2027, 4, 1): 2.5, date(2026, 4, 1): 3.3}
    for day, award in {date(2027, 3, 31): 3.3, date(2027, 4, 1): 2.5, None: 2.5}.items():
        assert parameter_set(day, pay_award_pct=awards).value("pay_award_pct") == award


def test_dated_values_are_in_order_of_date():
    parameters = parameter_set(pay_award_pct={date(2027, 4, 1): 2.5, date(2026, 4, 1): 3.3})
    assert parameters.dated("pay_award_pct").rows() == [(date(2026, 4, 1), 3.3), (date(2027, 4, 1), 2.5)]


def test_unknown_name_is_refused_with_near_names():
    with pytest.raises(KeyError, match="pay_award_pct"):
        parameter_set().value("pay_award")


def test_value_is_never_extended_back():
    with pytest.raises(LookupError, match="2026-04-01") as refused:
        parameter_set(date(2026, 3, 31)).value("pay_award_pct")
    assert not isinstance(refused.value, KeyError)


def test_an_override_holds_on_every_date_and_leaves_the_rest():
    parameters = parameter_set(pay_award_pct={date(2027, 4, 1): 2.5, date(2026, 4, 1): 3.3})
    changed = parameters.overridden({"pay_award_pct": 4})
    assert changed.dated("pay_award_pct").rows() == [(date(2026, 4, 1), 4.0), (date(2027, 4, 1), 4.0)]
    assert changed.value("paid_exit_share") == parameters.value("paid_exit_share")
    assert parameters.value("pay_award_pct") == 2.5


def test_an_override_of_an_unknown_name_is_refused_with_near_names():
    with pytest.raises(KeyError, match="pay_award_pct"):
        parameter_set().overridden({"pay_award": 4})


def test_what_was_asked_for_is_remembered_and_starts_anew_with_an_override():
    parameters = parameter_set()
    parameters.value("paid_exit_share")
    assert parameters.asked == {"paid_exit_share"}
    changed = parameters.overridden({"paid_exit_share": 0.5})
    assert changed.asked == set()
    changed.value("paid_exit_share")
    assert changed.asked == {"paid_exit_share"}
