"""Settings, read once from what the environment and a `.env` file say."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, NamedTuple
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

PREFIX = "CHECKUP_"
TELEGRAM = "https://api.telegram.org"
LOOPBACK = "127.0.0.1"
Language = Literal["en", "es", "pt-BR", "fr", "de", "ru", "ar", "hi", "id"]  # the files in `bot/texts`
_IDS = 2**52  # "at most 52 significant bits": the Bot API of the ids of people and chats
_CALLED = (443, 80, 88, 8443)  # the ports that Telegram brings updates to
_DATABASES = {"sqlite", "sqlite+aiosqlite", "postgres", "postgresql", "postgresql+asyncpg"}
_MEANT = {  # where pydantic would say what type it wants
    "admins": "must be Telegram user ids, numbers such as 12345, separated by commas: @userinfobot tells one's own",
    "reviewers": "must be the number of a group, such as -1001234567890",
    "api_local": "must be 1 or 0",
}


class WrongSettings(Exception):
    """One or more settings are wrong; the message has a line for each."""


def _token(token: SecretStr) -> SecretStr:
    number, _, secret = token.get_secret_value().partition(":")
    if not (number.isascii() and number.isdigit() and secret) or any(
        letter.isspace() or letter == "/" for letter in secret
    ):
        raise ValueError("is not a token: BotFather's look like 123456:ABC-DEF, digits, a colon, letters")
    return token


def _server(url: str) -> str:
    if not _is_server(url):
        raise ValueError("must be a web address such as http://127.0.0.1:8081")
    url = url.rstrip("/")
    if "@" in urlsplit(url).netloc:
        raise ValueError("give the server's address without a name and a password: the token is what it asks for")
    if url.endswith("/bot"):
        raise ValueError("give the server's address without /bot")
    return url


def _models(url: str) -> str:
    if not _is_server(url):
        raise ValueError("must be a web address such as http://127.0.0.1:8000")
    return url.rstrip("/")


def _is_server(url: str) -> bool:
    """Return whether a web address names a server, and perhaps a path there to which more can be added."""
    try:
        read = urlsplit(url)
        good = read.scheme in {"http", "https"} and (read.hostname or "").encode("idna") and (read.port or True)
    except ValueError:
        return False
    whole = url.isprintable() and not any(letter.isspace() for letter in url)
    return bool(good) and read.path.isascii() and whole and not (read.query or read.fragment)


def _webhook(url: str) -> str:
    try:
        read = urlsplit(url)
        good = read.hostname and not read.fragment and "@" not in read.netloc and _port(read)
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in url):
        raise ValueError("must be a web address such as https://bot.example.org/telegram")
    return url


def _port(url: SplitResult) -> int | None:
    """Return the port of a web address; None for an address of another kind. Raises ValueError."""
    usual = {"https": 443, "http": 80}.get(url.scheme)
    return url.port or usual if usual else None


def _database(url: SecretStr) -> SecretStr:
    # Only the driver is checked here: the store reads the rest, and its errors never show the password.
    driver, separator, _ = url.get_secret_value().partition("://")
    if not separator or driver not in _DATABASES:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return url


def _of_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("its ~ names nobody's home folder here") from None


_Path = Annotated[Path, AfterValidator(_of_home)]


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int


def _address(given: object) -> object:
    """Read `9090`, `0.0.0.0:9090` or `[::]:9090`; without a host, this machine alone is listened to."""
    host, _, port = given.rpartition(":") if isinstance(given, str) else ("", "", "")
    if not (port.isascii() and port.isdigit() and int(port) < 2**16):
        raise ValueError("must be a port such as 9090, or an address and a port such as 0.0.0.0:9090")
    return Address(host.strip("[]") or LOOPBACK, int(port))


class Settings(BaseModel):
    """All settings. Secrets show as stars in a repr, in logs and in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    api: Annotated[str, AfterValidator(_server)] = TELEGRAM
    api_local: bool = False  # `api` is a server of our own that runs with --local: files are read off the disk
    database: Annotated[SecretStr, AfterValidator(_database)] | None = None
    secret_file: _Path | None = None  # the key of the keyed hashes, where it is not beside the database
    home: _Path = Path("var")  # the folder of everything that is kept and has no setting of its own
    registry: _Path = Path("registry.yaml")
    admins: frozenset[Annotated[int, Field(gt=0, lt=_IDS)]] = frozenset()  # Telegram user ids who are told of faults
    reviewers: Annotated[int, Field(lt=0, gt=-_IDS)] | None = (
        None  # a group of doctors who may be asked for a second opinion
    )
    reviewers_language: Language = "en"  # that the bot speaks in that group
    trusted: frozenset[str] = frozenset()  # modules, packages included, whose code cards may have run
    models: Annotated[str, AfterValidator(_models)] | None = Field(default=None, repr=False)  # None: models run here
    data: _Path | None = None  # the data sets, for training and measuring
    port: Annotated[int, Field(ge=0, le=65535)] = 8080  # of the local page, or where updates arrive; 0: any free one
    host: Annotated[str, AfterValidator(lambda host: host.strip("[]"))] = (
        LOOPBACK  # the address on which updates arrive
    )
    webhook: Annotated[str, AfterValidator(_webhook)] | None = (
        None  # where Telegram brings updates; None: they are asked for
    )
    certificate: _Path | None = None  # the webhook's, in PEM, where it is not one that everybody trusts, or TLS is ours
    certificate_key: _Path | None = None  # its key, where TLS is ours: a proxy's stays there
    monitoring: Annotated[Address, BeforeValidator(_address)] | None = None  # of /healthz, /readyz and /metrics
    log: Literal["text", "json"] = "text"  # a line for each event, or a JSON object a line
    daily_limit: Annotated[int, Field(ge=1)] = 200  # photos of one person that are examined in 24 hours

    @model_validator(mode="after")
    def _webhook_can_be_reached(self) -> "Settings":
        if faults := list(_webhook_faults(self)):
            raise ValueError("\n".join(f"{PREFIX}{fault}" for fault in faults))
        return self

    @property
    def database_url(self) -> str:
        """The database as an SQLAlchemy URL; by default an SQLite file in `home`."""
        return self.database.get_secret_value() if self.database else f"sqlite:///{self.home / 'checkup.db'}"

    @classmethod
    def read(cls, environment: Mapping[str, str | None]) -> "Settings":
        """Return the settings in `environment` (CHECKUP_TOKEN, …). Raises WrongSettings naming all that is wrong."""
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environment.items()
            if name.startswith(PREFIX) and value
        }
        found: dict[str, object] = dict(given)
        for name in ("admins", "trusted"):  # lists
            if name in given:
                found[name] = str(given[name]).replace(",", " ").split()
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            raise WrongSettings("\n".join(dict.fromkeys(map(_line, faults)))) from None


def _webhook_faults(settings: Settings) -> Iterator[str]:
    """Yield why nobody could bring updates to the webhook."""
    if settings.certificate_key and not settings.certificate:
        yield "CERTIFICATE_KEY: there is no CHECKUP_CERTIFICATE that it belongs to"
    if settings.webhook is None:
        return
    url, listened = urlsplit(settings.webhook), settings.port
    port = _port(url)
    if settings.api == TELEGRAM and url.scheme != "https":
        yield "WEBHOOK: Telegram brings updates over https:// only"
    elif settings.api == TELEGRAM and not _is_reached(url.hostname or ""):
        yield (
            f"WEBHOOK: Telegram cannot reach {url.hostname}: name a host that has an IPv4 address on the internet, or leave "
            "CHECKUP_WEBHOOK out, and the bot asks for its updates"
        )
    elif settings.api == TELEGRAM and port not in _CALLED:
        yield (
            f"WEBHOOK: Telegram calls the ports 443, 80, 88 and 8443, and not {port}: name one of these, and put a proxy "
            "on it where the bot cannot listen there itself"
        )
    elif settings.certificate_key and port != listened:
        yield (
            f"PORT: updates are brought to port {port}, and with a certificate and its key the bot itself has to listen "
            f"there, not on {listened}: set it to {port}"
        )
    elif url.scheme == "https" and not settings.certificate_key and port == listened:
        yield (
            f"CERTIFICATE: the bot itself would listen on port {listened}, where updates are brought with TLS: give the "
            "certificate and CHECKUP_CERTIFICATE_KEY, or put a proxy with TLS there and choose another CHECKUP_PORT"
        )


def _is_reached(host: str) -> bool:
    """Return whether Telegram may reach a host: by a name, or by a public IPv4 address."""
    try:
        address = ip_address(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal", ".lan"))
    return address.version == 4 and address.is_global


def _line(fault: ErrorDetails) -> str:
    """Return one fault that pydantic found, with the name of its setting; several settings together name themselves."""
    if not fault["loc"]:
        return fault["msg"].removeprefix("Value error, ")
    name, unknown = str(fault["loc"][0]), fault["type"] == "extra_forbidden"
    why = "there is no such setting" if unknown else _MEANT.get(name) or fault["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()}: {why}"
