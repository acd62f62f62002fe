"""What the commands do, one file each; `bot.__main__` is their front door."""
