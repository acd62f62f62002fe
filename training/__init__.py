"""How the shipped models are made and measured: recipes over small shared parts."""
