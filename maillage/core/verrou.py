"""Put writing transactions in one order; called by the journal and the outbox, inside a transaction."""

from django.db import connection

# Any constant will do, as long as it is the only advisory lock of the house.
CLE_VERROU = 0x6D61696C


def serialiser() -> None:
    """Make the transactions that reach this line commit one after the other, in the order of their numbers.

    SQLite's IMMEDIATE transactions already are; PostgreSQL takes an advisory lock held until the commit.
    Raises RuntimeError outside a transaction: the lock, and the order, would mean nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("serialiser() needs a transaction: open transaction.atomic() first.")
    if connection.vendor == "postgresql":
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_advisory_xact_lock(%s)", [CLE_VERROU])
