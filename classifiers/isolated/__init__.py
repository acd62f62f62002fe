"""Work in a process of its own: bounded in time and memory by the operating system, ended and started anew."""
