"""What the recipes of the diseases asked as questions share: from a table of answers to a shipped card."""
