"""Settings come from a mapping, every wrong one is said at once, and secrets never show."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import get_args

import pytest

from bot.settings import Language, Settings, WrongSettings
from bot.texts import Texts

NO_SERVERS = ("http://[", "http://x:eighty", "http://x:99999", "http://x/?a=b", "http://x/#f", "http://a..b")


def refused(**given: str) -> list[str]:
    with pytest.raises(WrongSettings) as error:
        Settings.read({f"CHECKUP_{name.upper()}": value for name, value in given.items()})
    return str(error.value).splitlines()


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.read({"PATH": "/bin", "HOME": "/"})
    assert settings.token is None
    assert settings.api == "https://api.telegram.org"
    assert settings.database_url == "sqlite:///var/checkup.db"
    assert settings.registry == Path("registry.yaml")
    assert settings.admins == frozenset()
    assert settings.trusted == frozenset()
    assert settings.data is None
    assert settings.port == 8080


def test_everything_can_be_set() -> None:
    settings = Settings.read(
        {
            "CHECKUP_TOKEN": "123456:ABC-DEF_1",
            "CHECKUP_API": "http://127.0.0.1:8081/",
            "CHECKUP_DATABASE": "postgresql://bot:p%40ss@db.example.org/checkup",
            "CHECKUP_REGISTRY": "/etc/checkup/registry.yaml",
            "CHECKUP_ADMINS": "12, 34 56",
            "CHECKUP_TRUSTED": "my_engine, lab.models",
            "CHECKUP_DATA": "data",
            "CHECKUP_PORT": "0",
        }
    )
    assert settings.token is not None
    assert settings.token.get_secret_value() == "123456:ABC-DEF_1"
    assert settings.api == "http://127.0.0.1:8081"
    assert settings.database_url == "postgresql://bot:p%40ss@db.example.org/checkup"
    assert settings.registry == Path("/etc/checkup/registry.yaml")
    assert settings.admins == {12, 34, 56}
    assert settings.trusted == {"my_engine", "lab.models"}
    assert settings.data == Path("data")
    assert settings.port == 0


@pytest.mark.parametrize("admins", ["0", "-5", "12, -1001234567890", "99999999999999999999"])
def test_an_admin_is_a_person(admins: str) -> None:
    (line,) = refused(admins=admins)
    assert line.startswith("CHECKUP_ADMINS: must be Telegram user ids")


@pytest.mark.parametrize("reviewers", ["0", "12345", "-99999999999999999999"])
def test_reviewers_are_a_group(reviewers: str) -> None:
    (line,) = refused(reviewers=reviewers)
    assert line.startswith("CHECKUP_REVIEWERS: must be the number of a group")


def test_who_gives_a_name_where_a_number_is_wanted_is_told_what_to_give() -> None:
    assert refused(admins="@anna, @ben", reviewers="@doctors", api_local="perhaps") == [
        "CHECKUP_API_LOCAL: must be 1 or 0",
        "CHECKUP_ADMINS: must be Telegram user ids, numbers such as 12345, separated by commas: @userinfobot tells one's own",
        "CHECKUP_REVIEWERS: must be the number of a group, such as -1001234567890",
    ]


def test_reviewers_are_spoken_to_in_a_language_that_the_bot_speaks() -> None:
    assert set(get_args(Language)) == set(Texts.load().languages)
    assert Settings.read({"CHECKUP_REVIEWERS_LANGUAGE": "pt-BR"}).reviewers_language == "pt-BR"
    [fault] = refused(reviewers_language="german")
    assert fault.startswith("CHECKUP_REVIEWERS_LANGUAGE: ")
    assert "'de'" in fault


def test_what_is_kept_goes_into_the_home_folder_unless_it_has_a_setting_of_its_own() -> None:
    assert Settings.read({}).home == Path("var")
    settings = Settings.read({"CHECKUP_HOME": "/srv/checkup"})
    assert settings.home == Path("/srv/checkup")
    assert settings.database_url == "sqlite:////srv/checkup/checkup.db"
    elsewhere = Settings.read({"CHECKUP_HOME": "/srv/checkup", "CHECKUP_DATABASE": "sqlite:///x.db"})
    assert elsewhere.database_url == "sqlite:///x.db"
    assert elsewhere.secret_file is None
    assert Settings.read({"CHECKUP_SECRET_FILE": "/run/secrets/key"}).secret_file == Path("/run/secrets/key")


def test_a_path_may_begin_in_somebodys_home_folder_as_in_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/srv/ada")
    names = ("HOME", "REGISTRY", "SECRET_FILE", "DATA", "CERTIFICATE", "CERTIFICATE_KEY")
    settings = Settings.read({f"CHECKUP_{name}": f"~/{name}" for name in names})
    for name in names:
        assert getattr(settings, name.lower()) == Path("/srv/ada", name)
    assert refused(home="~nobody-of-this-name/x") == ["CHECKUP_HOME: its ~ names nobody's home folder here"]


def test_all_wrong_settings_are_said_at_once() -> None:
    lines = refused(token="abc", api="telegram.org", database="mysql://x", admins="me", port="eighty", colour="blue")
    assert [line.split(":")[0] for line in lines] == [
        "CHECKUP_TOKEN",
        "CHECKUP_API",
        "CHECKUP_DATABASE",
        "CHECKUP_ADMINS",
        "CHECKUP_PORT",
        "CHECKUP_COLOUR",
    ]
    assert "no such setting" in lines[-1]


@pytest.mark.parametrize("token", ["123456", "abc:def", "123456:", ":ABC", "123456:AB C", "1234 :ABC", "1:A/B"])
def test_what_is_no_token_is_refused(token: str) -> None:
    (line,) = refused(token=token)
    assert line.startswith("CHECKUP_TOKEN: is not a token")


@pytest.mark.parametrize(
    "api", ["http://", "https:///", "ftp://example.org", "127.0.0.1:8081", "http://a b", *NO_SERVERS]
)
def test_what_is_no_server_is_refused(api: str) -> None:
    (line,) = refused(api=api)
    assert line.startswith("CHECKUP_API: must be a web address")


def test_a_server_is_given_without_a_password() -> None:
    assert refused(api="http://me:hush@127.0.0.1:8081") == [
        "CHECKUP_API: give the server's address without a name and a password: the token is what it asks for"
    ]


@pytest.mark.parametrize("api", ["http://127.0.0.1:8081/bot", "http://127.0.0.1:8081/bot/"])
def test_a_server_is_given_without_bot(api: str) -> None:
    assert refused(api=api) == ["CHECKUP_API: give the server's address without /bot"]


@pytest.mark.parametrize("database", ["checkup.db", "sqlite", "mysql://bot@db/checkup", "postgresql+psycopg://db/x"])
def test_a_database_we_do_not_know_is_refused(database: str) -> None:
    assert refused(database=database) == ["CHECKUP_DATABASE: must begin with sqlite:/// or postgresql://"]


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_is_a_number_ports_have(port: str) -> None:
    (line,) = refused(port=port)
    assert line.startswith("CHECKUP_PORT: ")


@pytest.mark.parametrize(
    ("given", "host", "port"),
    [
        ("9090", "127.0.0.1", 9090),
        ("0.0.0.0:1", "0.0.0.0", 1),  # noqa: S104
        ("[::]:9090", "::", 9090),
        ("monitor:80", "monitor", 80),
    ],
)
def test_monitoring_is_for_this_machine_unless_told(given: str, host: str, port: int) -> None:
    assert Settings.read({"CHECKUP_MONITORING": given}).monitoring == (host, port)


@pytest.mark.parametrize("given", ["monitor", "monitor:", "65536", "0.0.0.0:http"])
def test_a_place_to_listen_has_a_port(given: str) -> None:
    assert refused(monitoring=given) == [
        "CHECKUP_MONITORING: must be a port such as 9090, or an address and a port such as 0.0.0.0:9090"
    ]


@pytest.mark.parametrize(
    "url",
    ["models", "ftp://models", "http://", "http://a:b", "http://a b", "http://a/?b", "http://a..b", "http://a/ü"],
)
def test_what_is_no_model_server_is_refused(url: str) -> None:
    assert refused(models=url) == ["CHECKUP_MODELS: must be a web address such as http://127.0.0.1:8000"]


def test_a_model_server_may_be_below_a_path() -> None:
    assert Settings.read({"CHECKUP_MODELS": "https://a.example.org/checkup/"}).models == "https://a.example.org/checkup"


@pytest.mark.parametrize(
    "url", ["bot.example.org", "ftp://bot.example.org", "https://", "https://a:b", "https://a b", "https://a:b@c.org/"]
)
def test_what_is_no_webhook_is_refused(url: str) -> None:
    assert refused(webhook=url) == ["CHECKUP_WEBHOOK: must be a web address such as https://bot.example.org/telegram"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"webhook": "http://bot.example.org/"}, "CHECKUP_WEBHOOK: Telegram brings updates over https:// only"),
        (
            {"webhook": "https://bot.example.org:9000/"},
            "CHECKUP_WEBHOOK: Telegram calls the ports 443, 80, 88 and 8443",
        ),
        ({"webhook": "https://[2001:db8::1]/"}, "CHECKUP_WEBHOOK: Telegram cannot reach 2001:db8::1"),
        ({"webhook": "https://192.168.1.4/"}, "CHECKUP_WEBHOOK: Telegram cannot reach 192.168.1.4"),
        ({"webhook": "https://localhost/"}, "CHECKUP_WEBHOOK: Telegram cannot reach localhost"),
        ({"webhook": "https://bot.example.org:8443/", "port": "8443"}, "CHECKUP_CERTIFICATE: the bot itself would"),
        (
            {"webhook": "https://bot.example.org/", "certificate": "c", "certificate_key": "k"},
            "CHECKUP_PORT: updates are",
        ),
        ({"certificate_key": "k"}, "CHECKUP_CERTIFICATE_KEY: there is no CHECKUP_CERTIFICATE"),
    ],
)
def test_a_webhook_that_telegram_cannot_reach_is_refused_with_what_to_do(given: dict[str, str], told: str) -> None:
    (line,) = refused(**given)
    assert line.startswith(told)


@pytest.mark.parametrize(
    "given",
    [
        {"webhook": "https://bot.example.org/telegram"},  # behind a proxy
        {"webhook": "https://bot.example.org:88", "port": "3000", "certificate": "c"},  # whose certificate is its own
        {"webhook": "https://bot.example.org", "port": "443", "certificate": "c", "certificate_key": "k", "host": "::"},
        {"webhook": "https://8.8.8.8/telegram"},
        {"webhook": "http://10.0.0.2:9000/x", "port": "9000", "api": "http://10.0.0.1:8081"},  # a server of one's own
    ],
)
def test_a_webhook_that_can_be_reached_is_taken(given: dict[str, str]) -> None:
    settings = Settings.read({f"CHECKUP_{name.upper()}": value for name, value in given.items()})
    assert settings.webhook == given["webhook"]


def test_a_setting_left_empty_counts_as_not_given() -> None:
    assert Settings.read({"CHECKUP_TOKEN": "", "CHECKUP_PORT": ""}) == Settings.read({})


def test_secrets_do_not_show() -> None:
    settings = Settings.read({"CHECKUP_TOKEN": "1:hush", "CHECKUP_DATABASE": "postgresql://bot:hush@db/x"})
    assert "hush" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_secrets_do_not_show_in_what_is_refused() -> None:
    try:
        Settings.read({"CHECKUP_TOKEN": "hush", "CHECKUP_DATABASE": "mysql://bot:hush@db/x"})
    except WrongSettings as error:
        assert "hush" not in str(error)
        assert "Error: hush" not in "".join(traceback.format_exception(error))
    else:
        raise AssertionError("neither was refused")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.read({}).port = 1  # type: ignore[misc]
