"""The pages of /settings: what is set, and the buttons that change it, all in one message. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.replies.buttons import Button, Rows
from bot.replies.length import joined
from bot.replies.reminders import ALL, ask_when, day_in_words
from bot.replies.taps import AS_APP, NO_ZONE, ClockTap, SetLanguageTap, SettingsTap, ZoneTap
from bot.replies.zones import at_offset, near, offsets
from bot.texts import Html, Texts

Page = tuple[Html, Rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPages:
    """The settings of one person, in words; `language` and `zone` are what they chose, None where they chose nothing."""

    owner: int
    texts: Texts
    language: str | None
    zone: str | None
    next_reminder: datetime | None
    follows: bool  # a spot at least
    now: datetime

    def page(self, name: Literal["top", "language", "zone", "clock", "reminders", "kept"]) -> Page:
        """Return the text and the buttons of a page."""
        pages = {"top": self._top, "language": self._language, "zone": self._zone, "clock": self._clock}
        return (pages | {"reminders": self._reminders, "kept": self._kept})[name]()

    def reminder_chosen(self, due: datetime | None) -> Page:
        """Return when the person is reminded, if at all; where their time zone is not known, it is asked for at once."""
        if due is None:
            return self.texts.html("reminders.ended"), (self._back("top"),)
        chosen = self.texts.html("reminders.chosen", date=self._day(due))
        if self.zone is not None:
            return chosen, (self._back("top"),)
        asked, buttons = self._zone()
        return joined([chosen, asked]), buttons

    def places(self, minutes: int) -> Page:
        """Return the page with the places whose clocks differ from UTC by so many minutes now; all places where none does."""
        zones = at_offset(minutes, self.now)
        if not zones:
            return self._clock()
        asked = self.texts.html("settings.ask_place", time=self._time(zones[0]))
        return asked, (*_in_rows(2, map(self._place, zones)), self._back("clock"))

    def _top(self) -> Page:
        texts, chosen = self.texts, "settings.language" if self.language else "settings.language_as_app"
        lines = [texts.html(chosen, language=texts.plain("language.name")), self._zone_in_words(), self._reminded()]
        text = joined([texts.html("settings.title"), joined(lines, "\n"), texts.html("settings.change")])
        return text, (
            (self._to("language"), self._to("zone")),
            (self._to("reminders"), self._to("kept")),
        )

    def _zone_in_words(self) -> Html:
        if self.zone is None:
            return self.texts.html("settings.no_zone")
        place, time = self.texts.formats.place(self.zone), self._time(self.zone)
        return self.texts.html("settings.zone", place=place, time=time)

    def _reminded(self) -> Html:
        if self.next_reminder is None:
            return self.texts.html("settings.no_reminders")
        return self.texts.html("settings.reminders", date=self._day(self.next_reminder))

    def _reminders(self) -> Page:
        if not self.follows:
            return self.texts.html("reminders.nothing"), (self._back("top"),)
        asked, choices = ask_when(self.owner, ALL, None, self.texts)
        return asked, (*choices, self._back("top"))

    def _language(self) -> Page:
        texts = self.texts
        named = [(lang, texts.speaking(lang).plain("language.name")) for lang in texts.languages]
        named.append((AS_APP, texts.plain("language.as_app")))
        buttons = [Button(text=name, data=SetLanguageTap(owner=self.owner, language=lang).data) for lang, name in named]
        return texts.html("language.ask"), (*_in_rows(2, buttons), self._back("top"))

    def _zone(self) -> Page:
        texts = self.texts
        none = Button(text=texts.plain("button.no_zone"), data=ZoneTap(owner=self.owner, zone=NO_ZONE).data)
        below = ((self._to("clock"),), *(((none,),) if self.zone else ()), self._back("top"))
        return texts.html("settings.ask_zone"), (*_in_rows(2, map(self._place, near(texts.lang))), *below)

    def _clock(self) -> Page:
        clocks = [
            Button(text=self._time(at_offset(minutes, self.now)[0]), data=tap.data)
            for minutes in offsets(self.now)
            for tap in [ClockTap(owner=self.owner, minutes=minutes)]
        ]
        return self.texts.html("settings.ask_clock"), (*_in_rows(4, clocks), self._back("zone"))

    def _kept(self) -> Page:
        return self.texts.html("settings.kept"), (self._back("top"),)

    def _place(self, zone: str) -> Button:
        text = self.texts.plain("button.place", place=self.texts.formats.place(zone), time=self._time(zone))
        return Button(text=text, data=ZoneTap(owner=self.owner, zone=zone).data)

    def _time(self, zone: str) -> str:
        return self.texts.formats.time(self.now, zone)

    def _day(self, moment: datetime) -> str:
        return day_in_words(moment, self.texts, self.zone)

    def _to(self, page: Literal["language", "zone", "clock", "reminders", "kept"]) -> Button:
        return Button(
            text=self.texts.plain(f"button.settings_{page}"), data=SettingsTap(owner=self.owner, page=page).data
        )

    def _back(self, page: Literal["top", "zone", "clock"]) -> tuple[Button, ...]:
        return (Button(text=self.texts.plain("button.form_back"), data=SettingsTap(owner=self.owner, page=page).data),)


def _in_rows(most: int, buttons: Iterable[Button]) -> Rows:
    """Return the buttons side by side, so many in a row."""
    every = tuple(buttons)
    return tuple(every[at : at + most] for at in range(0, len(every), most))
