"""What each design of the inbox guarantees. tests/messaging/test_guarantees.py tests every cell.

Patterns are lettered as in `cruddur_lib.messaging.inbox`: D creates a message.
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
        "stable_key": NO,  # it is read from a global index
        "one_transaction": NO,
        "read_fan_out": YES,
    },
    "a group never stands twice in an inbox's rows": {
        "bootcamp": NO,  # between the put of the new row and the delete of the old one
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
        "stable_key": NO,  # an insert record after the delete record shows the deleted message
        "one_transaction": YES,  # no handler reads them
        "read_fan_out": YES,
    },
    "two who write to each other never meet in a transaction": {
        "bootcamp": YES,
        "stable_key": YES,
        "one_transaction": NO,  # TransactionConflict: one of them is retried
        "read_fan_out": YES,
    },
    "a page of the inbox costs the same, however many groups there are": {
        "bootcamp": YES,
        "stable_key": YES,
        "one_transaction": YES,
        "read_fan_out": NO,
    },
}
