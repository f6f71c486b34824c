"""How rows become figures: what was measured badly must not pass for a figure."""

import os

import pytest

from benchmarks.media import clip, machine, rounds


def row(peer: str, hearings: int, us: float, **more: object) -> rounds.Row:
    return {
        "peer": peer, "hearings": hearings, "signing": False, "us_per_packet": us, "cpu_percent": us,
        "delay_p50_ms": 0.5, "delay_p99_ms": 2.0, "lost": 0, "mb_per_hearing": 5.0,
        "kept_pace": True, "disturbed": False, **more,
    }  # fmt: skip


ROWS = [
    row("ours", 2, 60), row("janus", 2, 100), row("ours", 4, 80), row("janus", 4, 100), row("stock", 1, 8000),
    row("ours", 2, 70, signing=True, delay_p99_ms=4.0),
]  # fmt: skip


def test_the_ratio_to_janus_is_that_of_the_load_where_it_is_worse() -> None:
    found = rounds.figures(ROWS)
    assert (found["cpu_ratio_to_janus"], found["cpu_ratio_to_janus_2"]) == (0.8, 0.6)
    assert found["cpu_ratio_to_stock"] == 0.01
    assert found["forward_delay_p99_ms"] == 4.0, "measured while agreements are signed"


@pytest.mark.parametrize("fault", [{"kept_pace": False}, {"disturbed": True}])
def test_a_round_the_load_could_not_keep_or_others_disturbed_is_left_out_and_counted(
    fault: dict[str, bool],
) -> None:
    found = rounds.figures([*ROWS, row("ours", 4, 9000, **fault)])
    assert found["us_per_packet"] == 80
    assert found["flagged_rows"] == 1


def test_a_loss_counts_in_whatever_round_it_happened() -> None:
    assert rounds.figures([*ROWS, row("ours", 4, 80, lost=3, disturbed=True)])["lost_by_us"] == 3


def test_ours_is_reported_when_no_other_can_be_had() -> None:
    found = rounds.figures([r for r in ROWS if r["peer"] == "ours"])
    assert found["us_per_packet"] == 80
    assert not [name for name in found if "janus" in name or "stock" in name]


def test_pictures_are_cut_into_pieces_that_fit_a_datagram_and_lose_no_byte() -> None:
    picture = bytes(range(256)) * 20
    pieces = clip.cut(picture)
    assert b"".join(pieces) == picture
    assert max(map(len, pieces)) <= clip.MAX_PAYLOAD


def test_the_cost_of_a_process_is_read_from_the_system() -> None:
    before = machine.cpu_seconds(os.getpid())
    while machine.cpu_seconds(os.getpid()) - before < 0.05:
        sum(range(100_000))
    assert machine.busy_seconds() > 0.05
    assert machine.pss_mb(os.getpid()) > 5
