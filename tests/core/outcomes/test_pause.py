"""A delay by lot can tell an effect from natural variation, and says when it cannot."""

import random
from collections import Counter

import pytest

from reprieve.core.outcomes.pause import (
    Pause,
    Window,
    blinded_schedule,
    compare,
    draw_delay,
)

WINDOW = Window(earliest=7, latest=28)  # 22 days


def lived(drawn: int, relief: float, seed: int = 0, window: Window = WINDOW) -> Pause:
    """Pain about 6, less by `relief` from the infusion on, with scatter."""
    r = random.Random(seed)
    diary = {d: 6 - (relief if d > drawn else 0) + r.gauss(0, 0.5) for d in range(-7, 45)}
    return Pause(window=window, drawn=drawn, diary=diary)


def test_every_day_of_the_window_may_be_drawn_and_none_beyond() -> None:
    drawn = Counter(draw_delay(WINDOW, seed) for seed in range(4000))

    assert set(drawn) == set(WINDOW.days)
    # 4000 / 22 = 182, standard deviation 13: all within five of them
    assert all(117 < n < 247 for n in drawn.values())
    assert draw_delay(WINDOW, 5) == draw_delay(WINDOW, 5)


def test_a_clear_effect_is_told_from_two_pauses() -> None:
    found = compare([lived(18, relief=3, seed=1), lived(11, relief=3, seed=2)])

    assert found.tells
    assert found.difference == pytest.approx(3, abs=0.7)
    assert found.least_p == pytest.approx(1 / 22**2)


def test_one_pause_is_seldom_enough_because_neighbouring_days_look_alike() -> None:
    found = compare([lived(18, relief=3)])

    assert found.least_p == pytest.approx(1 / 22)
    assert found.p is not None
    assert found.p <= 4 / 22
    assert found.difference == pytest.approx(3, abs=0.7)


def test_without_effect_it_is_rarely_told() -> None:
    """At most 5 of 100 by construction: 1 of 22 here."""
    told = [
        compare([lived(draw_delay(WINDOW, n), relief=0, seed=1000 + n)]).tells for n in range(400)
    ]
    # Expected 400 / 22 = 18, standard deviation 4.2
    assert sum(told) <= 35


def test_pain_that_falls_by_itself_is_not_taken_for_an_effect() -> None:
    """A steady fall looks the same around every day that might have been drawn."""
    diary = {d: 8 - 0.1 * d for d in range(-7, 45)}
    found = compare([Pause(window=WINDOW, drawn=15, diary=diary)])

    assert not found.tells
    assert found.p == pytest.approx(1)


def test_a_narrow_window_can_never_be_sure_and_says_so() -> None:
    found = compare([lived(10, relief=4, window=Window(earliest=8, latest=14))])

    assert not found.tells
    assert found.why == "the window has too few days: no result could be sure"
    assert found.least_p == pytest.approx(1 / 7)


def test_narrow_windows_together_can_be_sure() -> None:
    narrow = Window(earliest=8, latest=14)
    found = compare([lived(d, 4, seed=d, window=narrow) for d in (9, 11, 13, 14)])

    assert found.pauses == 4
    assert found.least_p == pytest.approx(7**-4)
    assert found.tells


def test_missing_diary_days_are_said() -> None:
    found = compare([Pause(window=WINDOW, drawn=18, diary={17: 6, 16: 6, 20: 3})])

    assert found.difference is None
    assert found.why == "too few diary days around the infusion"


def test_many_pauses_are_sampled_and_agree_with_the_exact_answer() -> None:
    three = [lived(draw_delay(WINDOW, n), 0.3, seed=n) for n in range(3)]  # 10,648 combinations
    five = [*three, *three[:2]]  # 22**5: sampled

    assert compare(five).least_p == pytest.approx(22**-5)
    assert 0 < (compare(five).p or 0) <= 1


def test_a_blinded_order_has_one_of_each_in_every_pair() -> None:
    order = blinded_schedule(4, seed=3)

    pairs = [set(order[i : i + 2]) for i in range(0, 8, 2)]
    assert pairs == [{"ketamine", "comparator"}] * 4
    assert len({blinded_schedule(4, seed=s) for s in range(200)}) == 16  # 2**4 orders
