"""Following a spot over time: from the button under an answer to the list of spots and the strip of one's photos."""
