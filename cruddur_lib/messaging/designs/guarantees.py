"""What each design of the inbox guarantees. tests/messaging/test_guarantees.py tests every cell.

Patterns are lettered as in `cruddur_lib.messaging.inbox`: D creates a message.
"""

from collections.abc import Mapping

NAMES = ("bootcamp", "stable_key", "one_transaction", "read_fan_out")  # of the columns
YES, NO = True, False

GUARANTEES: Mapping[str, Mapping[str, bool]] = {
    guarantee: dict(zip(NAMES, cells, strict=True))
    for guarantee, cells in {
        "when D answers, the inbox rows are up to date": (NO, NO, YES, YES),
        # Two designs read the inbox from a global index.
        "the inbox may be read strongly consistent": (YES, NO, NO, YES),
        # In `bootcamp` it does between the put of the new row and the delete of the old one.
        "a group never stands twice in an inbox's rows": (NO, YES, YES, YES),
        "nothing has to run after D": (NO, NO, YES, YES),
        # In `stable_key`, an insert record after the delete record shows the deleted message.
        "records may come in any order": (YES, NO, YES, YES),
        # In `one_transaction` one of them meets a TransactionConflict and is retried.
        "two who write to each other never meet in a transaction": (YES, YES, NO, YES),
        "a page of the inbox costs the same, however many groups there are": (YES, YES, YES, NO),
    }.items()
}
