"""Everything a form in the chat is: its state, its steps, its result and its refusals. Pure."""
