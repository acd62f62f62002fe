"""The certificate of a webhook: for TLS of our own, and for Telegram where nobody else vouches for it."""

import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import certifi

from bot.regular_file import read_regular
from bot.updates.certificate_dates import validity

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)


class WrongCertificate(Exception):
    """Why a certificate cannot be used, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """How to listen with it (None: a proxy does), and the PEM that Telegram has to be given (None: it trusts it anyway)."""

    tls: ssl.SSLContext | None = None
    upload: bytes | None = None


def read_certificate(certificate: Path, key: Path | None, *, host: str) -> Certificate:
    """Read a certificate for this host in PEM, and its key where TLS is ours. Raises WrongCertificate.

    The file may hold more, the key among it: nothing but certificates is for Telegram. Without a key only its dates can be
    tried here, and Telegram gets it.
    """
    try:
        public = b"".join(_PEM.findall(read_regular(certificate)))
    except OSError as error:
        raise WrongCertificate(f"{certificate} cannot be read: {error.strerror}") from None
    if not public:
        raise WrongCertificate(
            f"{certificate} holds no certificate in PEM; one in DER becomes one by openssl x509 -inform der -in FILE -out FILE"
        )
    tls = _tls(certificate, key) if key else None
    if tls and _refusal(tls, host, cadata=None) is None:
        return Certificate(tls=tls)
    why = _refusal(tls, host, cadata=public.decode()) if tls else _out_of_date(public)
    if why:
        raise WrongCertificate(
            f"{certificate} is no certificate for {host}, and Telegram would refuse it: {why.rstrip('.')}. Get or make a new "
            f"one, with {host} as its subjectAltName, and have this machine's clock right"
        )
    return Certificate(tls=tls, upload=public)


def _out_of_date(public: bytes) -> str | None:
    """Return why the first of these certificates cannot be used today; None where it can."""
    try:
        first, last = validity(_PEM.findall(public)[0].decode("ascii"))
    except ValueError as error:
        return str(error)
    now = datetime.now(UTC)
    if first <= now <= last:
        return None
    return f"it ended on {last:%Y-%m-%d}" if now > last else f"it begins on {first:%Y-%m-%d}"


def _tls(certificate: Path, key: Path) -> ssl.SSLContext:
    if why := _unfit(key):
        raise WrongCertificate(f"its key {key} {why}")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password="")  # never asked for at the terminal
    except OSError as error:  # OpenSSL's errors, too
        why = getattr(error, "reason", None) or "it cannot be read"
        raise WrongCertificate(
            f"{certificate} and {key} cannot be used together ({why}): the key has to be the one that the file's first "
            "certificate was made with"
        ) from None
    return context


def _unfit(key: Path) -> str:
    """Return why a file is no key that can be used; nothing where it may be one."""
    try:
        content = read_regular(key)
    except OSError as error:
        return f"cannot be read by this user: {error.strerror}"
    if b"ENCRYPTED" in content:
        return "is encrypted: write it without a password, openssl pkey -in FILE -out FILE, readable by its owner alone"
    return "" if b"PRIVATE KEY-----" in content else "holds no key in PEM"


def _refusal(tls: ssl.SSLContext, host: str, *, cadata: str | None) -> str | None:
    """Return why a client that trusts these certificates, or those that everybody does, refuses this server; None if not."""
    trusting = ssl.create_default_context(cadata=cadata)
    if cadata is None:
        trusting.load_verify_locations(certifi.where())
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server, server_hostname=host)
    server = tls.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
        except ssl.SSLError as error:
            return error.reason
    return None
