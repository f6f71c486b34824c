"""Reads made for pages, one function per page; nothing is changed here."""

from court.store.views.agreement import AgreementPage, agreement_page
from court.store.views.hearing import HearingPage, SeatRow, hearing_page, vehicle_hearings
from court.store.views.matter import MatterPage, matter_page
from court.store.views.petition import PetitionPage, petition_page
from court.store.views.playback import Marker, Playback, PlaybackTrack, playback, segment
from court.store.views.record import Ledger, LedgerRow, RecordPage, drawn_in_signing, ledger, record_page
from court.store.views.seals import RegisterFilter, SealsPage, seal_register, seals_page, seals_waiting
from court.store.views.service import Moment, ServicePage, Standing, moments, service_page
from court.store.views.worklist import WorkItem, Worklist, worklist

__all__ = [
    "AgreementPage",
    "HearingPage",
    "Ledger",
    "LedgerRow",
    "Marker",
    "MatterPage",
    "Moment",
    "PetitionPage",
    "Playback",
    "PlaybackTrack",
    "RecordPage",
    "RegisterFilter",
    "SealsPage",
    "SeatRow",
    "ServicePage",
    "Standing",
    "WorkItem",
    "Worklist",
    "agreement_page",
    "drawn_in_signing",
    "hearing_page",
    "ledger",
    "matter_page",
    "moments",
    "petition_page",
    "playback",
    "record_page",
    "seal_register",
    "seals_page",
    "seals_waiting",
    "segment",
    "service_page",
    "vehicle_hearings",
    "worklist",
]
