"""What a person prints for their doctor: a page for each spot or form, as a PDF."""
