"""The states of an update in the table, and the reasons of one that is in hand."""

WAITING = "waiting"  # to be answered
HELD = "held"  # to be answered once its person has consented, or chosen a disease
DONE = "done"
SET_ASIDE = "set_aside"  # failed too often; for the operator
EXPIRED = "expired"  # not answered within the time we may keep it

IN_HAND = "in_hand"  # reasons of a waiting update: it is being handled now
IN_HAND_ALONE = "in_hand_alone"  # the same, and nothing else is: if the process dies now, this update did it
