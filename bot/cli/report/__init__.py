"""`checkup report`: what was found week by week, beside what the model card expects."""
