"""From when until when a certificate is valid, read as X.509 writes it (RFC 5280, 4.1): the standard library asks for its key."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

_VERSION = 0xA0  # the tag of what comes before a certificate's serial number, where it comes
_VALIDITY = 3  # the place among a certificate's fields, after serial number, algorithm and issuer
_MOMENTS = {0x17: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}  # UTCTime, GeneralizedTime
_LONG = 0x80  # in a length: the other bits say how many bytes it takes


def validity(pem: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment at which a certificate (PEM) is valid. Raises ValueError for what is none."""
    try:
        (_, certificate), *_ = _elements(ssl.PEM_cert_to_DER_cert(pem))
        (_, signed), *_ = _elements(certificate)
        fields = [content for tag, content in _elements(signed) if tag != _VERSION]
        first, last = (_moment(tag, content) for tag, content in _elements(fields[_VALIDITY]))
    except (LookupError, ValueError) as error:
        raise ValueError("it is no certificate") from error
    return first, last


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of each element of a sequence in DER. Raises LookupError where it is none."""
    at = 0
    while at < len(content):
        tag, length, at = content[at], content[at + 1], at + 2
        if length & _LONG:
            size = length & ~_LONG
            length, at = int.from_bytes(content[at : at + size]), at + size
        yield tag, content[at : at + length]
        at += length


def _moment(tag: int, content: bytes) -> datetime:
    return datetime.strptime(content.decode("ascii"), _MOMENTS[tag]).replace(tzinfo=UTC)
