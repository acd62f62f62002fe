"""What the server knows: chats, messages, files, and the updates that wait for the bot."""
