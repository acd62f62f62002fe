"""The Bot API on the wire: requests read and checked, objects as JSON, errors, entities."""
