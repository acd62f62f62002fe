"""`checkup evaluate`: a model measured on photos with known labels."""
