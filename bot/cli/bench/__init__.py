"""`checkup bench`: speed and memory on this machine."""
