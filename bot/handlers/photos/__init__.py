"""A photo, or several of one spot, from the message to the answer and what is asked below it."""
