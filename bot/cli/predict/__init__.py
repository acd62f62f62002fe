"""`checkup predict`: findings of photos, or of form answers, in files."""
