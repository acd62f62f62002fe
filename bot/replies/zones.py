"""Time zones to choose from by taps: near ones by language, or by what the clock says there now. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.texts import ENGLISH

# One or more for every set of rules that people live by, as the IANA names them; Babel has their names in each language.
ZONES = (
    *("Pacific/Pago_Pago", "Pacific/Honolulu", "Pacific/Marquesas", "America/Adak", "America/Anchorage"),
    *("Pacific/Gambier", "America/Los_Angeles", "America/Tijuana", "Pacific/Pitcairn", "America/Denver"),
    *("America/Phoenix", "America/Chicago", "America/Mexico_City", "America/Winnipeg", "America/Guatemala"),
    *("America/Costa_Rica", "Pacific/Galapagos", "Pacific/Easter", "America/New_York", "America/Toronto"),
    *("America/Havana", "America/Jamaica", "America/Panama", "America/Bogota", "America/Lima", "America/Guayaquil"),
    *("America/Rio_Branco", "America/Halifax", "America/Caracas", "America/La_Paz", "America/Santo_Domingo"),
    *("America/Puerto_Rico", "America/Martinique", "America/Manaus", "America/Cuiaba", "America/Santiago"),
    *("America/Asuncion", "America/St_Johns", "America/Sao_Paulo", "America/Fortaleza", "America/Montevideo"),
    *("America/Argentina/Buenos_Aires", "America/Cayenne", "America/Nuuk", "America/Noronha", "Atlantic/Azores"),
    *("Atlantic/Cape_Verde", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Atlantic/Canary", "Africa/Abidjan"),
    *("Africa/Accra", "Africa/Dakar", "Atlantic/Reykjavik", "Africa/Casablanca", "Europe/Madrid", "Europe/Paris"),
    *("Europe/Brussels", "Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/Rome", "Europe/Warsaw"),
    *("Africa/Algiers", "Africa/Tunis", "Africa/Lagos", "Africa/Kinshasa", "Africa/Luanda", "Europe/Athens"),
    *("Europe/Kyiv", "Europe/Chisinau", "Europe/Kaliningrad", "Asia/Jerusalem", "Asia/Beirut", "Africa/Cairo"),
    *("Africa/Tripoli", "Africa/Khartoum", "Africa/Johannesburg", "Africa/Maputo", "Asia/Gaza", "Europe/Moscow"),
    *("Europe/Minsk", "Europe/Istanbul", "Asia/Riyadh", "Asia/Baghdad", "Asia/Amman", "Asia/Damascus", "Asia/Kuwait"),
    *("Asia/Qatar", "Asia/Aden", "Africa/Nairobi", "Indian/Antananarivo", "Asia/Tehran", "Asia/Dubai", "Asia/Muscat"),
    *("Europe/Samara", "Asia/Tbilisi", "Asia/Baku", "Asia/Yerevan", "Indian/Reunion", "Asia/Kabul", "Asia/Karachi"),
    *("Asia/Tashkent", "Asia/Yekaterinburg", "Asia/Almaty", "Asia/Kolkata", "Asia/Colombo", "Asia/Kathmandu"),
    *("Asia/Dhaka", "Asia/Bishkek", "Asia/Omsk", "Asia/Yangon", "Asia/Bangkok", "Asia/Ho_Chi_Minh", "Asia/Jakarta"),
    *("Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore"),
    *("Asia/Kuala_Lumpur", "Asia/Manila", "Asia/Makassar", "Asia/Irkutsk", "Asia/Ulaanbaatar", "Australia/Perth"),
    *("Australia/Eucla", "Asia/Tokyo", "Asia/Seoul", "Asia/Jayapura", "Asia/Dili", "Asia/Yakutsk"),
    *("Australia/Darwin", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney", "Pacific/Port_Moresby"),
    *("Asia/Vladivostok", "Australia/Lord_Howe", "Pacific/Guadalcanal", "Pacific/Noumea", "Asia/Magadan"),
    *("Pacific/Norfolk", "Pacific/Auckland", "Pacific/Fiji", "Asia/Kamchatka", "Pacific/Chatham"),
    *("Pacific/Tongatapu", "Pacific/Apia", "Pacific/Kiritimati"),
)
_NEAR = {  # where most people who speak the language live
    ENGLISH: (
        *("Europe/London", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
        *("Africa/Lagos", "Asia/Kolkata", "Australia/Sydney"),
    ),
    "es": (
        *("Europe/Madrid", "America/Mexico_City", "America/Bogota", "America/Lima", "America/Caracas"),
        *("America/Santiago", "America/Argentina/Buenos_Aires", "America/New_York"),
    ),
    "pt-BR": ("America/Sao_Paulo", "America/Fortaleza", "America/Manaus", "America/Rio_Branco", "Europe/Lisbon"),
    "fr": (
        *("Europe/Paris", "Europe/Brussels", "America/Toronto", "Africa/Algiers", "Africa/Casablanca"),
        *("Africa/Abidjan", "Africa/Kinshasa", "Indian/Reunion"),
    ),
    "de": ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"),
    "ru": (
        *("Europe/Moscow", "Europe/Kaliningrad", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk"),
        *("Asia/Novosibirsk", "Asia/Irkutsk", "Asia/Vladivostok"),
    ),
    "ar": (
        *("Africa/Cairo", "Asia/Riyadh", "Asia/Baghdad", "Asia/Dubai", "Asia/Amman"),
        *("Africa/Khartoum", "Africa/Algiers", "Africa/Casablanca"),
    ),
    "hi": ("Asia/Kolkata", "Asia/Dubai", "Asia/Kathmandu", "Europe/London", "America/New_York"),
    "id": ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Asia/Singapore", "Asia/Kuala_Lumpur"),
}


def near(lang: str) -> Sequence[str]:
    """Return the zones in which most people live who speak a language."""
    return _NEAR.get(lang, _NEAR[ENGLISH])


def offsets(now: datetime) -> list[int]:
    """Return by how many minutes clocks differ from UTC now, from the earliest to the latest, each once."""
    return sorted({offset(zone, now) for zone in ZONES})


def at_offset(minutes: int, now: datetime) -> list[str]:
    """Return the zones whose clocks differ from UTC by so many minutes now."""
    return [zone for zone in ZONES if offset(zone, now) == minutes]


def offset(zone: str, now: datetime) -> int:
    """Return by how many minutes a zone's clocks differ from UTC now, summer time counted."""
    return int((now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds() // 60)
