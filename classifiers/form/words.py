"""Words that people type around a number, or in its place, in the bot's languages: data for `notation` and the chat."""

LESS = (
    *("<=", "=<", "<", "less than", "lower than", "under", "below", "up to", "at most", "max"),
    *("menos de", "menor de", "menor que", "menor a", "inferior a", "por debajo de", "abaixo de", "no máximo", "até"),
    *("moins de", "inférieur à", "inférieure à", "inf. à", "unter", "weniger als", "kleiner als", "kleiner"),
    *("менее", "меньше", "ниже", "до", "kurang dari", "di bawah", "أقل من", "اقل من", "دون"),
)
MORE = (
    *(">=", "=>", ">", "more than", "greater than", "higher than", "over", "above", "at least", "min"),
    *("más de", "mas de", "mayor de", "mayor que", "mayor a", "superior a", "mais de", "maior que", "acima de"),
    *("pelo menos", "plus de", "supérieur à", "supérieure à", "sup. à", "über", "mehr als", "größer als", "größer"),
    *("более", "больше", "свыше", "выше", "lebih dari", "di atas", "أكثر من", "اكثر من", "أكبر من", "اكبر من"),
)
OR_LESS = ("or less", "or lower", "o menos", "ou menos", "ou moins", "oder weniger", "или меньше", "atau kurang")
OR_MORE = ("or more", "or higher", "o más", "ou mais", "ou plus", "oder mehr", "или больше", "atau lebih")
ABOUT = (
    *("~", "≈", "∼", "≃", "about", "around", "approximately", "approx.", "approx", "roughly", "circa", "ca.", "ca"),
    *(
        "alrededor de",
        "aproximadamente",
        "aprox.",
        "más o menos",
        "unos",
        "unas",
        "cerca de",
        "mais ou menos",
        "uns",
        "umas",
    ),
    *("por volta de", "environ", "à peu près", "autour de", "ungefähr", "etwa", "rund", "около", "примерно"),
    *("приблизительно", "где-то", "sekitar", "kira-kira", "kurang lebih", "حوالي", "تقريبا", "نحو", "लगभग", "करीब"),
)
ABOUT_BEHIND = ("-ish", "ish", "approximately", "approx.", "approx", "or so", "environ", "aproximadamente", "примерно")
MINUS = ("minus", "negative", "moins", "menos", "negativ", "минус", "ناقص", "سالب", "माइनस")
OVER = (
    "/",
    "x",
    "×",
    "over",
    "on",
    "by",
    "sur",
    "sobre",
    "por",
    "con",
    "su",
    "auf",
    "х",
    "बटा",
    "बाय",
    "zu",
    "на",
    "على",
    "per",
    ":",
)
POINT = ("point", "dot", "komma", "virgule", "coma", "vírgula", "koma", "запятая", "فاصلة", "दशमलव")
FLAGS = (
    *("hh", "h", "ll", "l", "n", "hi", "lo", "high", "low", "normal", "abnormal", "+", "++", "+++"),
    *("alto", "alta", "bajo", "baja", "baixo", "baixa", "élevé", "élevée", "bas", "basse", "hoch", "erhöht", "niedrig"),
    *("erniedrigt", "повышен", "повышено", "понижен", "понижено", "высокий", "низкий", "норма", "tinggi", "rendah"),
    *("مرتفع", "منخفض", "طبيعي", "उच्च", "सामान्य"),
)

_YES = ("yes y yeah yep yup", "sí si s", "sim", "oui o", "ja j", "да д", "نعم أيوة ايوه", "हाँ हां", "ya iya")
_NO = ("no n nope", "não nao", "non", "nein", "нет", "لا", "नहीं", "tidak tdk")
YES, NO = (frozenset(word for words in by_language for word in words.split()) for by_language in (_YES, _NO))
_NOT_KNOWN = """
i don't know; don't know; dont know; i dont know; do not know; i do not know; dunno; idk; not sure; i'm not sure; unsure
no idea; unknown; not known; not measured; never measured; not tested; never tested; not done; never had it; n/a; na; skip
i don't remember; don't remember; can't remember
no sé; no lo sé; no se; no lo se; ni idea; no recuerdo; no me acuerdo; desconocido; no medido; nunca medido; no me lo han medido
não sei; nao sei; eu não sei; não lembro; desconhecido; não medido; nunca medi
je ne sais pas; je sais pas; sais pas; jsp; aucune idée; je ne me souviens pas; inconnu; pas mesuré; jamais mesuré
weiß nicht; weiß ich nicht; ich weiß nicht; ich weiß es nicht; weiss nicht; keine ahnung; unbekannt; nicht bekannt
nicht gemessen; nie gemessen; nicht bestimmt
не знаю; я не знаю; не помню; неизвестно; не измерял; не измеряла; не измеряли; не мерил; не мерила; не сдавал; не сдавала
لا أعرف; لا اعرف; لا أدري; لا ادري; غير معروف; لم أقس; لم يقس; لا أتذكر
मुझे नहीं पता; पता नहीं; नहीं पता; नहीं मालूम; मालूम नहीं; नहीं जानता; नहीं जानती; याद नहीं; नहीं मापा
saya tidak tahu; tidak tahu; tdk tahu; gak tahu; nggak tahu; tidak diketahui; tidak diukur; belum diukur; belum pernah; lupa
"""
NOT_KNOWN = frozenset(one.strip() for line in _NOT_KNOWN.splitlines() for one in line.split(";") if one.strip())


def said(text: str) -> str:
    """Return a short answer as it is compared: small letters, one kind of apostrophe, no full stop or exclamation mark."""
    plain = text.casefold().replace("’", "'").replace("ʼ", "'").replace("`", "'")
    return " ".join(plain.strip(" .!,;…।\"'“”«»").split())


def is_not_known(text: str) -> bool:
    """Return whether somebody says that they do not know, or that it was never measured."""
    return said(text) in NOT_KNOWN


def yes_or_no(text: str) -> bool | None:
    """Return what a word says; None for one that says neither."""
    word = said(text)
    return True if word in YES else False if word in NO else None
