"""The two gates before an answer: is it a photo of a spot, and can it be judged? Made from the network's own features."""
