"""Models on a model server, asked over HTTP: the contract, the bot's side and the server's side. Neither needs Ray."""
