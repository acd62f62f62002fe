"""StoreError, the one error that the store raises, and its sentence for whoever has to mend it.

StoreError, by its code:
    locked        another program holds the database; try again
    slow          its server ended a statement that took too long; try again
    full          no room on the disk; try again once there is
    away          its server does not answer
    unreachable   gone, unreadable, refused, closed, or any other error of a driver
    login         its server does not let the user in
    missing       its server has no such database
    crowded       its server has no connection left
    read_only     it cannot be written to, as a standby cannot
    rights        its user may not do something there
    pooled        a pooler before it does not keep sessions
    old           its server is older than this program can use
    newer         made by a newer version of this program
    secret        its key file is missing or belongs to another database
    key_file      its key file cannot be read or made
"""

from typing import Literal

Code = Literal[
    "locked",
    "slow",
    "full",
    "away",
    "unreachable",
    "login",
    "missing",
    "crowded",
    "read_only",
    "rights",
    "pooled",
    "old",
    "newer",
    "secret",
    "key_file",
]

_SENTENCES: dict[Code, str] = {
    "locked": "The database {database} is held by another program: {detail}. Wait, or stop that program.",
    "slow": "The database {database} ended what took too long: {detail}. See what keeps its server busy, or raise its "
    "statement_timeout for this user.",
    "full": "There is no room left for the database {database}: {detail}. Free some disk space.",
    "away": "The database {database} does not answer: {detail}. See that its server runs, and that CHECKUP_DATABASE has its "
    "host and port.",
    "unreachable": "The database {database} cannot be used: {detail}.",
    "login": "The database {database} does not let its user in: {detail}. Correct user and password in CHECKUP_DATABASE, "
    "where special characters are written as in web addresses (@ as %40), or the server's pg_hba.conf.",
    "missing": "There is no database {database}: {detail}. Make one (CREATE DATABASE), or correct CHECKUP_DATABASE.",
    "crowded": "The database {database} has no connection left: {detail}. Raise its server's max_connections, or the limit "
    "of its user: each process of the bot takes up to 17.",
    "read_only": "The database {database} cannot be written to: {detail}. If it is a standby, name the primary in "
    "CHECKUP_DATABASE; else see default_transaction_read_only.",
    "rights": "The database {database} does not let its user do that: {detail}. Make that user the database's owner, or "
    "grant it ALL on the schema, its tables and its sequences.",
    "pooled": "The database {database} is behind a pooler that does not keep sessions, which notices and locks need: {detail}. Let "
    "it keep them (PgBouncer: pool_mode = session), or name PostgreSQL itself in CHECKUP_DATABASE.",
    "old": "The database {database} is on PostgreSQL {version}, and {least} or newer is needed: upgrade the server.",
    "newer": "The database {database} was made by a newer version of this program: it is at revision {revision}, "
    "this version knows none after {known}. Start the newer version, or put back a backup from before the update.",
    "secret": "The secret {file} does not belong to the database {database}: {detail}. Put the right file back. "
    "If it is lost, nobody in this database can be recognised any more: start with an empty database. Where several "
    "processes share a database, they share the file, too: CHECKUP_SECRET_FILE says where it is.",
    "key_file": "The key file {file} cannot be read or made: {detail}. It has to be a file that the user who runs this "
    "program may read; CHECKUP_SECRET_FILE can name another place for it.",
}


class StoreError(Exception):
    """The database cannot be used right now. `code` says why; `facts` are the database and details."""

    def __init__(self, code: Code, **facts: str) -> None:
        """Keep code and facts; the message is one sentence for the operator and holds nobody's data."""
        super().__init__(_SENTENCES[code].format(**facts))
        self.code = code
        self.facts = facts

    @property
    def passes_soon(self) -> bool:
        """Whether it is over once others are done with the database."""
        return self.code in {"locked", "slow"}
