"""How much a page may send, by what arrives of it."""

from signalling.uplink import LEAST, QUEUE_S, START, Uplink


def runs(uplink: Uplink, start: float, seconds: float, capacity: float, *, offered: float = 1e9) -> float:
    """A sender that uses all it may on a link of `capacity` bit/s; its queue in seconds at the end."""
    queue = 0.0
    now = start
    while now < start + seconds:
        now += 0.5
        sending = min(uplink.rate, offered)
        queue = max(0.0, queue + (sending - capacity) * 0.5 / capacity)
        for i in range(5):
            uplink.passed((now + i * 0.1) % 64, now + i * 0.1 + 0.03 + queue)
        uplink.tick(now, 0.5, min(sending, capacity) if not queue else capacity, 0.0)
    return queue


def test_it_grows_on_a_free_link_to_what_the_pictures_need_and_no_further() -> None:
    uplink = Uplink(1)
    runs(uplink, 0, 30, 10e6)
    assert START < uplink.rate == uplink.most


def test_a_thin_link_is_not_flooded_and_the_voice_does_not_wait() -> None:
    uplink = Uplink(1)
    runs(uplink, 0, 20, 10e6)
    runs(uplink, 20, 20, 400e3)
    queues = [runs(uplink, 40 + i, 1, 400e3) for i in range(20)]
    assert max(queues) <= 2 * QUEUE_S
    assert 0.5 * 400e3 <= uplink.rate <= 1.3 * 400e3


def test_it_opens_fast_where_the_page_uses_it_and_slowly_where_nothing_is_tried() -> None:
    used, idle = Uplink(1), Uplink(1)
    runs(used, 0, 3, 10e6)
    runs(idle, 0, 3, 10e6, offered=100e3)
    assert used.rate > 1.5e6 > 0.7e6 > idle.rate


def test_half_a_tick_at_the_beginning_is_not_taken_for_the_whole_link() -> None:
    uplink = Uplink(1)
    for now, queue, received in ((0.5, 0.0, 20e3), (1.0, 0.1, 560e3), (1.5, 0.45, 250e3)):
        uplink.passed(now, now + 0.03 + queue)
        uplink.tick(now, 0.5, received, 0.0)
    assert uplink.rate == round(0.85 * 560e3)


def ticks(uplink: Uplink, start: float, seconds: float, loss: float) -> float:
    for i in range(int(seconds * 2)):
        uplink.tick(start + i * 0.5, 0.5, 50e3, loss)
    return start + seconds


def test_where_not_even_the_least_passes_the_picture_goes_and_is_tried_again_ever_later() -> None:
    uplink = Uplink(1)
    now = ticks(uplink, 0.0, 10, 0.5)
    assert not uplink.carries_pictures and uplink.rate == LEAST
    now = ticks(uplink, now, 10, 0.5)
    assert not uplink.carries_pictures, "the sound alone is too much at present"
    pauses = []
    for _ in range(3):
        began = now
        while not uplink.carries_pictures:
            now = ticks(uplink, now, 0.5, 0.0)
        pauses.append(now - began)
        now = ticks(uplink, now, 6, 0.5)
        assert not uplink.carries_pictures
    assert pauses[1] > 1.5 * pauses[0] and pauses[2] > 1.5 * pauses[1]
    now = ticks(uplink, now, 240, 0.0)
    assert uplink.carries_pictures
    ticks(uplink, now, 120, 0.0)
    assert uplink.carries_pictures and uplink.rate == uplink.most


def test_a_line_that_was_full_at_a_higher_rate_is_given_a_try_at_the_least() -> None:
    uplink = Uplink(1)
    runs(uplink, 0.0, 20, 10e6)
    # A thin line fills at once; the page needs a moment to come down to what it is told.
    now = ticks(uplink, 20.0, 2.5, 0.5)
    assert uplink.rate == LEAST and uplink.carries_pictures
    now = ticks(uplink, now, 1, 0.5)
    assert uplink.carries_pictures
    now = ticks(uplink, now, 10, 0.0)
    assert uplink.carries_pictures and uplink.rate > LEAST


def test_bursts_by_chance_give_up_no_picture() -> None:
    uplink = Uplink(1)
    for i in range(600):
        uplink.tick(i * 0.5, 0.5, 100e3, 0.4 if i % 3 == 0 else 0.0)
        assert uplink.carries_pictures


def test_it_recovers() -> None:
    uplink = Uplink(1)
    runs(uplink, 0, 30, 300e3)
    low = uplink.rate
    runs(uplink, 30, 60, 10e6)
    assert low < 450e3 and uplink.rate == uplink.most


def test_loss_by_chance_is_no_reason_and_loss_of_a_full_link_is() -> None:
    uplink = Uplink(1)
    for i in range(10):
        uplink.tick(i, 1.0, 900e3, 0.1)
    assert uplink.rate == START
    uplink.tick(10, 1.0, 500e3, 0.3)
    assert uplink.rate == START, "one moment may be the machine's"
    uplink.tick(11, 1.0, 500e3, 0.3)
    assert uplink.rate == 425_000
    for i in range(12, 60):
        uplink.tick(i, 1.0, 0.0, 0.5)
    assert uplink.rate == LEAST


def test_send_times_that_wrap_are_no_delay() -> None:
    uplink = Uplink(1)
    for i in range(400):
        now = 50 + i * 0.1
        uplink.passed(now % 64, now + 0.02)
        if i % 10 == 0:
            uplink.tick(now, 1.0, 900e3, 0.0)
    assert uplink.rate == uplink.most
