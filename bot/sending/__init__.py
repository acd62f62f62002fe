"""How answers go out: transport, retries, messages, chat actions."""
