"""How updates come in and wait: polling, the queue in the database, who is handled when."""
