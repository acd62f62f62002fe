"""The migrations, in order of their numbers; each start applies what is missing.

A new one is a file `versions/0002_<what_it_does>.py` with the first one's head (its `down_revision` names the one
before), and `schema.REVISION` is its number. A migration never imports the schema: the schema will have moved on.
"""
