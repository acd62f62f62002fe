"""The data of buttons: what comes back from the network is read as what was written, or not at all."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies import places
from bot.replies.report.taps import ReportSpotTap
from bot.replies.spot_taps import CoinTap, FieldTap, FollowTap, PlaceTap, SameSpotTap, SpotsTap, SpotTap, StripTap
from bot.replies.tap import Tap
from bot.replies.taps import (
    AnswerReminderTap,
    AskDoctorTap,
    AskReminderTap,
    ClockTap,
    ConsentTap,
    DifferentTap,
    DiseaseTap,
    FeedbackTap,
    ForgetTap,
    FormTap,
    GuideTap,
    LanguageTap,
    LookAsTap,
    PersonOpinionTap,
    RemindTap,
    ReviewAnswerTap,
    ReviewLabelTap,
    ReviewTap,
    SetLanguageTap,
    SettingsTap,
    SymptomsTap,
    ZoneTap,
    read_tap,
)
from bot.replies.zones import ZONES

OWNERS = st.integers(1, 2**52)
DISEASES = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
OPINIONS = st.integers(1, 10**10 - 1)
CODES = st.from_regex(r"-|[a-z][a-z0-9_]{0,39}", fullmatch=True)
NUMBERS = st.integers(1, 2**63 - 1)
PAGES = st.integers(0, 999)
MARKS = st.from_regex(r"([0-9a-f]{8})?", fullmatch=True)
VERSIONS = st.sampled_from(["", "6", "12"])
PLACES = st.sampled_from(["sides", "front", "back", "none", *sorted(places.PLACES | places.ZONE_CODES)])
TAPS = st.one_of(
    st.builds(ReportSpotTap, spot=st.integers(1, 2**63 - 1), state=st.sampled_from(["in", "out", "alone"])),
    st.builds(AskDoctorTap, entry=NUMBERS, photo=MARKS),
    st.builds(PersonOpinionTap, opinion=OPINIONS, act=st.sampled_from(["send", "no", "back"])),
    st.builds(ReviewTap, opinion=OPINIONS, act=st.sampled_from(["take", "give", "labels", "start"])),
    st.builds(ReviewLabelTap, opinion=OPINIONS, label=CODES),
    st.builds(ReviewAnswerTap, opinion=OPINIONS, label=CODES, care=st.sampled_from(["routine", "soon", "urgent"])),
    st.builds(FollowTap, entry=NUMBERS, how=st.sampled_from(["ask", "agree"]), photo=MARKS, version=VERSIONS),
    st.builds(PlaceTap, entry=NUMBERS, at=PLACES, photo=MARKS),
    st.builds(CoinTap, entry=NUMBERS, at=st.sampled_from(["ask", "all", "EU", "EU-0.05"]), photo=MARKS),
    st.builds(FieldTap, entry=NUMBERS, wide=st.integers(0, 60), photo=MARKS),
    st.builds(SpotsTap, owner=OWNERS, page=PAGES),
    st.builds(StripTap, spot=NUMBERS, page=PAGES, how=st.sampled_from(["open", "turn"])),
    st.builds(SpotTap, spot=NUMBERS, act=st.sampled_from(["new", "ask", "stop", "keep"])),
    st.builds(SameSpotTap, spot=NUMBERS, entry=NUMBERS, value=st.sampled_from(["yes", "no"]), photo=MARKS),
    st.builds(ConsentTap, owner=OWNERS, version=VERSIONS),
    st.builds(DiseaseTap, owner=OWNERS, disease=DISEASES),
    st.builds(LookAsTap, disease=DISEASES),
    st.builds(GuideTap, disease=DISEASES),
    st.builds(ForgetTap, owner=OWNERS, choice=st.sampled_from(["yes", "no"])),
    st.builds(LanguageTap, owner=OWNERS, language=st.from_regex(r"[a-z]{2,3}(-[A-Z]{2})?|app", fullmatch=True)),
    st.builds(
        SettingsTap, owner=OWNERS, page=st.sampled_from(["top", "language", "zone", "clock", "reminders", "kept"])
    ),
    st.builds(AskReminderTap, spot=st.integers(1, 2**63 - 1)),
    st.builds(
        RemindTap, owner=OWNERS, spot=st.integers(0, 2**63 - 1), months=st.sampled_from(["0", "1", "2", "3", "6"])
    ),
    st.builds(
        AnswerReminderTap, owner=OWNERS, sent=st.integers(0, 2**40 - 1), act=st.sampled_from(["done", "later", "stop"])
    ),
    st.builds(SetLanguageTap, owner=OWNERS, language=st.sampled_from(["de", "pt-BR", "app"])),
    st.builds(ClockTap, owner=OWNERS, minutes=st.integers(-720, 840)),
    st.builds(ZoneTap, owner=OWNERS, zone=st.sampled_from([*ZONES, "none"])),
    st.builds(FeedbackTap, entry=st.integers(1, 2**63 - 1), value=st.sampled_from(["ask", "yes", "no", "unknown"])),
    st.builds(DifferentTap, entry=st.integers(1, 2**63 - 1)),
    st.builds(
        SymptomsTap,
        entry=st.integers(1, 2**63 - 1),
        act=st.from_regex(r"ask|none|done|[+-][a-z][a-z0-9_]{0,31}", fullmatch=True),
    ),
    st.builds(
        FormTap,
        owner=OWNERS,
        run=st.from_regex(r"[0-9a-f]{1,4}", fullmatch=True),
        at=DISEASES | st.sampled_from(["RED_FLAGS", "SUMMARY"]),
        act=st.from_regex(r"on|new|go|[a-z][0-9]{0,3}", fullmatch=True),
    ),
)
WORDS = st.text(alphabet=string.printable + "²٧７–\u202e\x00", max_size=12) | st.integers().map(str)
LIKE_OURS = st.builds(
    lambda kind, parts: ":".join([kind, *parts]),
    st.sampled_from(
        [
            "consent",
            "photo",
            "as",
            "forget",
            "lang",
            "fb",
            "sy",
            "df",
            "q",
            "ask",
            "so",
            "rv",
            "rl",
            "ra",
            "set",
            "clock",
            "zone",
            "follow",
            "place",
            "spots",
            "rs",
            "report",
            "spot",
            "same",
            "",
            "game",
        ]
    ),
    st.lists(WORDS | TAPS.map(lambda tap: tap.data), max_size=6),
)


@given(TAPS)
def test_what_was_written_is_read_and_fits_into_64_bytes(tap: Tap) -> None:
    assert read_tap(tap.data) == tap
    assert len(tap.data.encode()) <= 64


@given(LIKE_OURS | st.text())
def test_whatever_else_comes_is_read_as_nothing_or_is_exactly_what_a_button_says(data: str) -> None:
    tap = read_tap(data)
    assert tap is None or tap.data == data


@pytest.mark.parametrize(
    "data",
    [
        *[None, "", ":", "consent", "consent:", "consent:x", "consent:7:x", "consent:-7", "consent:0", "consent:+7"],
        *["consent:٧", "consent:７", "consent: 7", "consent:7.0", "consent:1e3", "consent:007", f"consent:{10**400}"],
        *["photo:7", "photo:7:", "photo:7:Skin", "photo:7:skin\n", "photo:7:skin:9", "photo::skin", "as:", "as:x:y"],
        *["forget:7", "forget:7:maybe", "forget:7:yes:no", "fb:", "fb:x:yes", "fb:7:perhaps", "fb:²:yes", "fb:7"],
        *[f"fb:{2**63}:yes", "fb:-1:yes", "fb:0:ask", "q", "q:1:2:3", "q:x:1:age:y", "q:1:2:age:y:5", "q:1:2:3:4"],
        *["set:7", "set:7:bottom", "setlang:7:English", "clock:7:-721", "clock:7:+60", "clock:7:1.0", "zone:7:berlin"],
        *["zone:7:Europe/Ber lin", "zone:7:../Etc", f"zone:7:A/{'b' * 60}", "zone:7:None"],
        *[
            "askrem:0",
            "remind:7:-1:2",
            "remind:7:1:4",
            "again:7:1:perhaps",
            f"again:7:{2**40}:done",
            "again:7:now:done",
        ],
        *["follow:7:ask:", "follow:7:ask:1234567", "follow:7:ask:1234567G", "follow:7:12345678", "ask:7:12345678:1"],
        *["df:", "df:0", "df:7:1", "sy:7", "sy:7:all", "sy:7:+", "sy:7:bleeding", f"sy:7:+{'b' * 33}"],
        *["q:1:g:age:y", "q:1:2:age:", "q:1:2:age:o٣", "q:1:2:age:o99999", "CONSENT:7", "\ud83d", "other"],
    ],
)
def test_data_that_no_button_has_is_read_as_nothing(data: str | None) -> None:
    assert read_tap(data) is None
