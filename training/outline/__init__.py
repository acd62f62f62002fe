"""The spot's outline: a light decoder on the frozen network, learnt from masks that people drew."""
