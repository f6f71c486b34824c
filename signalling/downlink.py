"""What one viewer's link is like, from its RTCP and from what was sent to it. Judges nothing: that is the ladder's."""

from collections import deque
from collections.abc import Sequence

from .ladder import Sample
from .messages import Kind
from .outlet import Outlet
from .rtp import ReportBlock

VALID_S = 3.0  # of an estimate or a round trip
SENT_SAMPLES = 2  # what a publisher's line held back comes in one go: half a second says nothing about a rate
LOWER = 0.97  # of the estimate before
LEAST_SAMPLE = 10  # packets; a share of fewer is chance


class Downlink:
    """Of one connection. Times are the event loop's, seconds."""

    def __init__(self, outlets: Sequence[Outlet], now: float) -> None:
        self._outlets = {o.line.ssrc: o for o in outlets}
        self._sampled = now
        self.last = Sample()
        self._estimate: tuple[float, float] | None = None  # bit/s, when
        self._fell = -VALID_S
        self._rtt: tuple[float, float] | None = None  # seconds, when
        self._reports: dict[int, tuple[int, int]] = {}  # SSRC -> (lost, highest number) of the last report
        self._lost: dict[Kind, tuple[int, int]] = {}  # (lost, of so many) since the last sample
        self._sent: dict[
            int, tuple[int, int, int]
        ] = {}  # SSRC -> (packets, octets, missed) at the last sample
        self._lately: deque[tuple[int, float]] = deque(maxlen=SENT_SAMPLES)  # octets of pictures, seconds

    def estimated(self, bits_per_s: int, now: float) -> None:
        if self._estimate is not None and bits_per_s < LOWER * self._estimate[0]:
            self._fell = now
        self._estimate = (float(bits_per_s), now)

    def reported(self, block: ReportBlock, now: float) -> None:
        outlet = self._outlets.get(block.ssrc)
        if outlet is None:
            return
        rtt = outlet.round_trip(block, now)
        if rtt is not None:
            self._rtt = (rtt, now)
        before = self._reports.get(block.ssrc)
        self._reports[block.ssrc] = (block.packets_lost, block.highest_seq)
        if before is not None and block.highest_seq >= before[1]:
            lost, of = self._lost.get(outlet.line.kind, (0, 0))
            lost += max(0, block.packets_lost - before[0])
            self._lost[outlet.line.kind] = (lost, of + block.highest_seq - before[1])

    def sample(self, now: float) -> Sample:
        """Since the last sample."""
        seconds, self._sampled = max(0.001, now - self._sampled), now
        octets = 0
        asked = dict.fromkeys(Kind, 0)
        packets = dict.fromkeys(Kind, 0)
        for ssrc, outlet in self._outlets.items():
            before = self._sent.get(ssrc, (0, 0, 0))
            self._sent[ssrc] = (outlet.packets, outlet.octets, outlet.missed)
            kind = outlet.line.kind
            packets[kind] += outlet.packets - before[0]
            octets += outlet.octets - before[1] if kind is Kind.VIDEO else 0
            asked[kind] += outlet.missed - before[2]
        self._lately.append((octets, seconds))
        octets, seconds = sum(one for one, _ in self._lately), sum(one for _, one in self._lately)
        self.last = Sample(
            estimate=_fresh(self._estimate, now),
            falling=now - self._fell < VALID_S,
            sent=octets * 8 / seconds,
            loss=self._loss(Kind.VIDEO, asked, packets),
            sound_loss=self._loss(Kind.AUDIO, asked, packets),
            rtt=_fresh(self._rtt, now),
        )
        return self.last

    def _loss(self, kind: Kind, asked: dict[Kind, int], packets: dict[Kind, int]) -> float | None:
        """A repaired packet counts as received in reports, so what was asked for again is looked at as well."""
        shares = []
        lost, of = self._lost.get(kind, (0, 0))
        if of >= LEAST_SAMPLE:
            del self._lost[kind]
            shares.append(lost / of)
        if packets[kind] >= LEAST_SAMPLE:
            shares.append(asked[kind] / packets[kind])
        return min(1.0, max(shares)) if shares else None


def _fresh(measured: tuple[float, float] | None, now: float) -> float | None:
    return measured[0] if measured is not None and now - measured[1] <= VALID_S else None
