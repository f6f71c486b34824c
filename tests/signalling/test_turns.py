"""From loudness to speaking turns: coughs do not count, pauses for breath do not end one."""

import pytest

from signalling.turns import Ear, Turn

STEP_S = 0.1


def turns(*stretches: tuple[bool, float]) -> list[Turn]:
    """Of (loud, seconds) one after the other."""
    ear, now, found = Ear(), 100.0, []
    for loud, seconds in stretches:
        for _ in range(round(seconds / STEP_S)):
            turn = ear.sample(loud, now)
            now = round(now + STEP_S, 6)
            if turn is not None:
                found.append(turn)
    return found


def test_one_turn_from_first_to_last_sound() -> None:
    (turn,) = turns((False, 1.0), (True, 3.0), (False, 2.0))
    assert (turn.started, turn.ended) == (pytest.approx(101.0), pytest.approx(103.9))


@pytest.mark.parametrize("seconds", [0.1, 0.2])
def test_a_cough_is_no_turn(seconds: float) -> None:
    assert turns((True, seconds), (False, 2.0), (True, seconds), (False, 2.0)) == []


def test_pauses_below_one_and_a_half_seconds_are_bridged() -> None:
    (turn,) = turns((True, 1.0), (False, 1.3), (True, 1.0), (False, 2.0))
    assert turn.ended - turn.started == pytest.approx(3.2)


def test_a_longer_pause_separates_two_turns() -> None:
    first, second = turns((True, 1.0), (False, 1.7), (True, 1.0), (False, 2.0))
    assert second.started - first.ended == pytest.approx(1.8)


def test_coughs_far_apart_do_not_add_up() -> None:
    assert turns(*[(True, 0.2), (False, 0.4)] * 10) == []
