"""`checkup cluster`: the registry's models on Ray Serve (extra `cluster`). Nothing else imports Ray."""
