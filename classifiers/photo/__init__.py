"""Photos: untrusted bytes decoded, and their quality measured."""
