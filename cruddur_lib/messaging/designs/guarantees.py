"""What each design of the inbox promises, and what it cannot: every cell is a test
(tests/messaging/test_guarantees.py).
"""

from collections.abc import Mapping

YES, NO = True, False

GUARANTEES: Mapping[str, Mapping[str, bool]] = {
    "when D answers, the inbox rows are up to date": {
        "bootcamp": NO,
        "stable_key": NO,
        "one_transaction": YES,
        "read_fan_out": YES,
    },
    "the inbox may be read strongly consistent": {
        "bootcamp": YES,
        "stable_key": NO,  # a global index is read, and those never are
        "one_transaction": NO,
        "read_fan_out": YES,
    },
    "a group never stands twice in an inbox's rows": {
        "bootcamp": NO,  # between the put of its new row and the deletion of the older one
        "stable_key": YES,
        "one_transaction": YES,
        "read_fan_out": YES,
    },
    "nothing has to run after D": {
        "bootcamp": NO,
        "stable_key": NO,
        "one_transaction": YES,
        "read_fan_out": YES,
    },
    "records may come in any order": {
        "bootcamp": YES,
        "stable_key": NO,  # a new message's, after that of its deletion, shows it
        "one_transaction": YES,  # there is nobody to read them
        "read_fan_out": YES,
    },
    "two who write to each other never meet in a transaction": {
        "bootcamp": YES,
        "stable_key": YES,
        "one_transaction": NO,  # TransactionConflict: one of them is tried again
        "read_fan_out": YES,
    },
    "a page of the inbox costs the same, however many groups there are": {
        "bootcamp": YES,
        "stable_key": YES,
        "one_transaction": YES,
        "read_fan_out": NO,
    },
}
