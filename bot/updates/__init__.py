"""How updates come in and wait: polling, the queue in the database, and the processor that handles a few at a time."""
