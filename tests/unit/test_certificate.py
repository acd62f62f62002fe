"""A webhook's certificate without its key, as behind a proxy: one that Telegram would refuse is refused at the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from web_proxy import self_signed

from bot.updates.certificate import WrongCertificate, read_certificate

ENDED = """-----BEGIN CERTIFICATE-----
MIIBQDCB56ADAgECAgEBMAoGCCqGSM49BAMCMBoxGDAWBgNVBAMMD2JvdC5leGFt
cGxlLm9yZzAeFw0yMDAxMDIwMDAwMDBaFw0yMjAzMDQwMDAwMDBaMBoxGDAWBgNV
BAMMD2JvdC5leGFtcGxlLm9yZzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABD/g
QwuYt3B/rjLnJuihLHlBJDAgX5aw6wKUoun1HfrFRkk4gPPjWovnx8IjbnxX/XJh
f0NA1RYjpX0ctAKulXKjHjAcMBoGA1UdEQQTMBGCD2JvdC5leGFtcGxlLm9yZzAK
BggqhkjOPQQDAgNIADBFAiAcBH7DHSSoOUox1EXG85xMWYMoFb0fCuUkmQ6axbke
ogIhAK4EdSqePm2dN9+6Kgrjw1hrlxOUEnPewTf6I6qgj07i
-----END CERTIFICATE-----
"""
BEGINS = """-----BEGIN CERTIFICATE-----
MIIBRDCB66ADAgECAgEBMAoGCCqGSM49BAMCMBoxGDAWBgNVBAMMD2JvdC5leGFt
cGxlLm9yZzAiGA8yMDkwMDUwNjAwMDAwMFoYDzIwOTIwNzA4MDAwMDAwWjAaMRgw
FgYDVQQDDA9ib3QuZXhhbXBsZS5vcmcwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQoxkLECHdqt+0EtdeCFcmMXQdDJmn/aAiD83SOqma8ea2A2aoZ+eCJ0Epuid7g
5lX8O0eZD7HbLri46cVhV7ASox4wHDAaBgNVHREEEzARgg9ib3QuZXhhbXBsZS5v
cmcwCgYIKoZIzj0EAwIDSAAwRQIhAM+eTyCkAA7yTpPi08471dW9d1nx2nftY/jv
AS89Hr10AiAjrqAN/4Tx4Tzf4sN47WOrEjf5xz9MGU6q0IvdyzYGmQ==
-----END CERTIFICATE-----
"""
NONE = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (ENDED, "it ended on 2022-03-04"),
        (BEGINS, "it begins on 2090-05-06"),
        (NONE, "it is no certificate"),
        (NONE.replace("MAMCAQE=", "MIICAQE="), "it is no certificate"),
        (ENDED[:200] + "\n-----END CERTIFICATE-----\n", "it is no certificate"),
    ],
)
def test_one_that_telegram_would_refuse_is_refused_with_what_to_do(tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "webhook.pem"
    file.write_text(content)
    with pytest.raises(WrongCertificate, match=rf"Telegram would refuse it: {why}\. Get or make a new one"):
        read_certificate(file, None, host="bot.example.org")


def test_one_that_is_valid_today_is_given_to_telegram(tmp_path: Path) -> None:
    certificate, _ = self_signed(tmp_path)
    assert read_certificate(certificate, None, host="127.0.0.1").upload == certificate.read_bytes()


def test_a_device_without_an_end_is_no_certificate_and_no_key(tmp_path: Path) -> None:
    certificate, _ = self_signed(tmp_path)
    for given, key in ((Path("/dev/zero"), None), (certificate, Path("/dev/zero"))):
        with pytest.raises(WrongCertificate, match=r"/dev/zero cannot be read.*: it is no regular file"):
            read_certificate(given, key, host="127.0.0.1")
