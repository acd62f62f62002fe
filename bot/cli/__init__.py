"""The commands of `checkup`, a module or a package each."""
