"""What is wrong with the inboxes that a handler of 04, the fan-out, leaves."""

from collections.abc import Mapping, Sequence

from cruddur_lib.messaging import seeds
from cruddur_lib.messaging.keys import owner
from cruddur_lib.messaging.table import Row


def wrong_with(
    found: Sequence[Row], wanted: Sequence[Row], names: Mapping[str, str]
) -> tuple[str, str]:
    """The kind of what is wrong with the group rows, and a sentence on the first that is; both
    empty where they are as wanted. `names` are by handle.
    """
    for right in sorted(wanted, key=lambda row: row["pk"]):
        same = [row for row in found if _place(row) == _place(right)]
        mine = f"{names[seeds.directory()[owner(right['pk'])].handle]}'s inbox"
        kind, told = _wrong(same, right, names[right["user_handle"]])
        if kind:
            return kind, f"In the end {mine} {told}"
    if stray := [row for row in found if _place(row) not in map(_place, wanted)]:
        return "stray", f"In the end a row lies at {stray[0]['pk']}, where no inbox shows it"
    return "", ""


def _wrong(same: list[Row], right: Row, other: str) -> tuple[str, str]:
    """Of one group in one inbox: the rows that are there, beside the one that should be."""
    if not same:
        return "gone", f"has no conversation with {other} any more"
    if len(same) > 1:
        texts = " and ".join(f'"{row.get("message")}"' for row in same)
        return "twice", f"has {len(same)} rows for the conversation with {other}: {texts}"
    (row,) = same
    told = f'shows "{row.get("message")}" of the conversation with {other}, whose newest message '
    if row["sk"] != right["sk"]:
        return "another message", f'{told}is "{right["message"]}"'
    if row.get("message") != right["message"]:
        return "another text", f'{told}says "{right["message"]}"'
    if row != right:
        differ = sorted(n for n in {*row, *right} if row.get(n) != right.get(n))
        return "another row", f"has {', '.join(differ)} wrong in the row for {other}"
    return "", ""


def _place(row: Row) -> tuple[str, str]:
    """Whose inbox, and which group."""
    return row["pk"], str(row["sk"]).partition("#")[2]
