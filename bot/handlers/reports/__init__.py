"""Reports for a doctor, as files."""
