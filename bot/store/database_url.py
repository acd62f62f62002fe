"""The URL that names a database: read, shown without its password, and handed to PostgreSQL's driver."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "postgresql+asyncpg": "postgresql",
}
_SHOWN = ("host", "port")  # of what stands behind the question mark, where a password may stand, too
# Parameters of libpq's (PostgreSQL's manual, "Parameter Key Words") that our driver would send to the server as settings of its
# own. What they ask for is how long a connection is waited for and kept, and either is so here, or nobody misses it.
_LEFT_OUT = {
    "connect_timeout",
    "fallback_application_name",
    "gssencmode",
    "load_balance_hosts",
    "sslcompression",
    "sslsni",
}
_LEFT_OUT |= {"keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"}
_WITHOUT = {"channel_binding": {"prefer", "disable"}}  # what the driver cannot do, and the values that do without it
_CANNOT = {*_WITHOUT, "require_auth", "requirepeer", "sslcrldir", "sslcertmode"}


def read_url(url: str) -> URL:
    """Return a URL's parts. Raises ValueError, whose message holds no part of it."""
    try:
        parsed = make_url(url)
    except (SQLAlchemyError, ValueError):
        # SQLAlchemy's message quotes the URL with its password.
        raise ValueError(
            "its URL cannot be read, one is sqlite:///checkup.db or postgresql://user:password@host/name"
        ) from None
    if parsed.drivername not in _DRIVERS:
        raise ValueError(f"{parsed.drivername} is neither sqlite nor postgresql")
    if "@" in (parsed.host or ""):  # the end of a password
        raise ValueError("the @ in its URL's user or password has to be written as %40")
    for name in sorted(_CANNOT & parsed.query.keys()):
        if parsed.query[name] not in _WITHOUT.get(name, ()):
            raise ValueError(f"{name} in its URL asks for what this program cannot do: leave it out")
    return parsed.set(drivername=_DRIVERS[parsed.drivername])


def shown(url: URL) -> str:
    """Return a URL for people and logs."""
    query = {name: url.query[name] for name in _SHOWN if name in url.query}
    return url.set(query=query).render_as_string(hide_password=True)


def sqlite_file(url: URL) -> Path | None:
    """Return the file of an SQLite database, None for PostgreSQL's. Raises ValueError for one that is in no file."""
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.host or url.query or url.database.startswith((":memory:", "file:")):
        raise ValueError("an SQLite database is named by the path of its file alone, as in sqlite:///checkup.db")
    return Path(url.database).absolute()


def connection_string(url: URL) -> str:
    """Return what the driver connects by: it takes what PostgreSQL's own programs take, such as sslmode and sslrootcert."""
    kept = {name: value for name, value in url.query.items() if name not in _LEFT_OUT | _CANNOT}
    query = {"sslmode" if name == "ssl" else name: value for name, value in kept.items()}
    return url.set(query=query).render_as_string(hide_password=False)
