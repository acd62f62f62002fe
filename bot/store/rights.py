"""What the user of a PostgreSQL database may do there: all that answering needs, or none of it is begun."""

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.types import ARRAY, Text

from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.schema import metadata

# Tables, and the sequences that number their rows: `deptype` a is a column's. A comma in what is asked of has_table_privilege
# would mean "or"; CASE, since what is asked of a sequence is an error for anything else.
_DENIED = text(
    """
    WITH ours AS (SELECT to_regclass(name) AS id FROM unnest(:tables) AS name)
    SELECT act || ' on ' || relname FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS act
    WHERE oid IN (SELECT id FROM ours) AND NOT has_table_privilege(oid, act)
    UNION ALL
    SELECT 'USAGE on ' || relname FROM pg_class JOIN pg_depend ON objid = pg_class.oid AND deptype = 'a'
    WHERE refobjid IN (SELECT id FROM ours)
      AND CASE relkind WHEN 'S' THEN NOT has_sequence_privilege(pg_class.oid, 'USAGE') ELSE FALSE END
    LIMIT 1
    """
).bindparams(bindparam("tables", list(metadata.tables), type_=ARRAY(Text)))


def check_rights(connection: Connection, database: Database) -> None:
    """Raise StoreError, code rights, where the user may not read and write all tables; on SQLite the file decides."""
    if database.path is None and (denied := connection.scalar(_DENIED)):
        raise StoreError("rights", database=database.name, detail=f"it lacks {denied}")
