"""Units as reports and people write them, in several countries' spellings: which of them are the same."""

import re
import unicodedata

# A unit's spellings behind one that stands for them; all without spaces and dots, in small letters.
_SPELLINGS = {
    "years": "y yr yrs year yo y/o yold yrold yrsold yearold yearsold an ans anno anni ano anos año años j jahr jahre jahrealt "
    "jaar år lat let лет год года г साल वर्ष बरस tahun thn th anos سنة سنوات سنين عام عاما عامًا أعوام",
    "/min": "bpm beats/min beat/min beatsaminute beatsperminute b/min min-1 min−1 permin perminute /minute /minuto bat/min "
    "batt/min battements/min lpm ppm lat/min latidos/min puls/min pulsaciones/min schläge/min s/min уд/мин удвмин удмин "
    "ударов/мин удвминуту удароввминуту /мин نبضة/دقيقة نبضة/د नाड़ी/मिनट",
    "mmhg": "mm/hg mmofhg mmdehg mmhgcol mmqs torr ммртст ммрт мм/ртст ملمزئبق ممزئبق",
    "cmhg": "cm/hg cmofhg cmdehg смртст",
    "kpa": "кпа",
    "mm": "мм millimeter millimeters millimetre millimetres millimètre millimètres milímetro milímetros",
    "mv": "мв millivolt millivolts",
}
_KNOWN = {name: kept for kept, names in _SPELLINGS.items() for name in (kept, *names.split())}
# Parts of concentrations in Russian and Arabic reports; the order counts, since one may hold another.
_FOREIGN = (
    ("ملغم", "mg"),
    ("ملغ", "mg"),
    ("مليمول", "mmol"),
    ("ملمول", "mmol"),
    ("نانومول", "nmol"),
    ("نانوغرام", "ng"),
    ("ديسيلتر", "dl"),
    ("دل", "dl"),
    ("مل", "ml"),
    ("لتر", "l"),
    ("ل", "l"),
    ("моль", "mol"),
    ("мк", "u"),
    ("ед", "iu"),
    ("ме", "iu"),
    ("мл", "ml"),
    ("дл", "dl"),
    ("л", "l"),
    ("г", "g"),
)
_RUSSIAN_PREFIXES = str.maketrans({"м": "m", "н": "n", "п": "p"})
_TENTHS = {"": 0, "d": -1, "c": -2, "m": -3, "milli": -3, "u": -6, "mc": -6, "micro": -6, "n": -9, "nano": -9, "p": -12}
_BASES = {"g": "g gm gms gr gs gram grams", "mol": "mol mols mole moles", "iu": "iu ui u ie lu units unit"}
# "lu" is IU where a report was read by a machine.
_BASE = {name: kept for kept, names in _BASES.items() for name in names.split()}
_CONCENTRATION = re.compile(
    rf"(?P<prefix>(?:{'|'.join(sorted(_TENTHS, key=len, reverse=True))}))"
    rf"(?P<base>{'|'.join(sorted(_BASE, key=len, reverse=True))})"
    r"(?:(?P<percent>%)|(?:/|per)(?P<hundred>100)?(?P<volume>[dcm]?)(?:l|lt|ltr|liter|litre|litro)|(?P<cubic>/100c[cm]))"
)


def unit_key(name: str) -> str:
    """Return a unit as people may write it: without spaces and dots, in small letters, micro in one way."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(plain.split()).replace("μ", "u").replace(".", "")


def same_unit(one: str, other: str) -> bool:
    """Return whether two names are of one unit: µIU/mL is mU/L, mg% is mg/dL, мкг/л is ng/mL, "yrs" is "years"."""
    return _meaning(one) == _meaning(other)


def _meaning(name: str) -> str:
    """Return one key for all names of a unit: of a concentration what is in a litre, as a power of ten."""
    key = unit_key(name)
    if key in _KNOWN:
        return _KNOWN[key]
    latin = key
    for written, meant in _FOREIGN:
        latin = latin.replace(written, meant)
    found = _CONCENTRATION.fullmatch(latin.translate(_RUSSIAN_PREFIXES))
    return f"{_BASE[found['base']]}/l e{_TENTHS[found['prefix']] - _volume(found)}" if found else key


def _volume(found: re.Match[str]) -> int:
    """Return the volume of a concentration as a power of ten, in litres; per cent is in 100 mL."""
    if found["percent"] or found["cubic"]:
        return -1
    return _TENTHS[found["volume"]] + (2 if found["hundred"] else 0)
