"""Tests of bin/cost/units: units by closed forms, both notations, every error on one line."""

import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cruddur_lib.cli.cost import units

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "bin" / "cost" / "units"
KEYS = 2 + 1 + 2 + 1  # bytes of {"pk": "a", "sk": "b"}: two names of two, two letters
BODY = 4  # bytes of the name "text"


def item(size=KEYS, **more):
    """A plain item of `size` bytes, beside the attributes in `more`."""
    filler = {} if size == KEYS else {"text": "x" * (size - KEYS - BODY)}
    return {"pk": "a", "sk": "b", **filler, **more}


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a file into the current folder: text and bytes as they are, anything else as JSON."""
    monkeypatch.chdir(tmp_path)

    def written(value, name="item.json"):
        raw = value if isinstance(value, (str, bytes)) else json.dumps(value)
        Path(name).write_bytes(raw if isinstance(raw, bytes) else raw.encode())
        return name

    return written


@pytest.fixture
def call(ended):
    """Call the script, by default with --plain: exit code, output, errors."""

    def called(*words, plain=True):
        return ended(units.run, [*map(str, words), *(["--plain"] if words and plain else [])])

    return called


@pytest.fixture
def answer(call):
    """Call the script with --json and return what it printed, read as JSON."""

    def answered(*words, plain=True):
        code, out, err = call(*words, "--json", plain=plain)
        assert (code, err) == (0, "")
        return json.loads(out)

    return answered


@pytest.fixture
def refused(call):
    """Call the script, which must end with code 2 and one line on standard error: return it."""

    def said(*words, plain=True):
        code, out, err = call(*words, plain=plain)
        assert (code, out, err.count("\n")) == (2, "", 1), (out, err)
        assert err.startswith("bin/cost/units")
        return err

    return said


@pytest.mark.parametrize(
    ("size", "count"), [(KEYS, 1), (1_024, 1), (1_025, 2), (2_048, 2), (409_600, 400)]
)
@pytest.mark.parametrize("action", ["put", "update", "delete"])
def test_a_write_is_charged_whole_kilobytes(write, answer, action, size, count):
    """A write consumes its bytes over 1,024, rounded up, and twice that in a transaction."""
    file = write(item(size))

    said = answer(action, file)
    assert (said["table"], said["total"], said["bytes"]) == (count, count, size)
    assert answer(action, file, "--transactional")["table"] == 2 * count


@pytest.mark.parametrize("action", ["put", "update"])
@pytest.mark.parametrize(("before", "after"), [(3_000, 100), (100, 3_000)])
def test_a_write_over_an_item_is_charged_by_the_larger(write, answer, action, before, after):
    """3,000 bytes are three blocks, whether the old or the new item has them."""
    new, old = write(item(after)), write(item(before), "old.json")

    said = answer(action, new, "--over", old)

    assert (said["table"], said["bytes"]) == (3, 3_000)


def test_json_is_these_five_and_nothing_else(write, call):
    """The JSON is one line with five keys; whole numbers are ints, an eventual read is 0.5."""
    file = write(item())

    _, out, _ = call("put", file, "--json")
    assert out == (
        '{"table": 1, "indexes": {}, "total": 1, "bytes": 6, '
        '"why": "new item of 6 bytes in whole KB"}\n'
    )
    assert call("get", file, "--json")[1].startswith('{"table": 0.5, "indexes": {}, "total": 0.5,')
    assert call("get", file, "--strong", "--json")[1].startswith('{"table": 1, ')


def test_a_changed_index_key_is_a_delete_and_a_put(write, answer):
    """A new index key consumes 2 units of the index; a transaction doubles only the table."""
    new, old = write(item(g="new")), write(item(g="old"), "old.json")
    words = ["put", new, "--over", old, "--index", "inbox:g"]

    said = answer(*words)
    assert (said["table"], said["indexes"], said["total"]) == (1, {"inbox": 2}, 3)
    said = answer(*words, "--transactional")
    assert (said["table"], said["indexes"], said["total"]) == (2, {"inbox": 2}, 4)


def test_an_index_that_is_not_touched_is_missing(write, answer, call):
    """A sparse index and an unchanged entry consume nothing, and the text says which it is."""
    new, old = write(item(g="g", n=2)), write(item(g="g", n=1), "old.json")
    words = ["put", new, "--over", old, "--index", "s:nope", "--index", "k:g:KEYS_ONLY"]

    assert answer(*words)["indexes"] == {}
    text = call(*words)[1]
    assert "s      0  not in the index: no attribute 'nope'\n" in text
    assert "k      0  the entry in the index doesn't change\n" in text


@pytest.mark.parametrize(
    ("index", "count"),
    [
        pytest.param("i:g", 3, id="ALL is the default"),
        pytest.param("i:g:ALL", 3, id="ALL"),
        pytest.param("i:g:KEYS_ONLY", 1, id="keys only, no range key of that name"),
        pytest.param("i:g:n:KEYS_ONLY", 1, id="range key and projection"),
        pytest.param("i:g:n", 3, id="range key"),
        pytest.param("i:g:INCLUDE=text", 3, id="the long one included"),
        pytest.param("i:g:INCLUDE=n,o", 1, id="two short ones included"),
    ],
)
def test_an_index_is_charged_by_what_it_projects(write, answer, index, count):
    """A new item of 3,000 bytes is three blocks in full and one without its text."""
    file = write(item(2_900, g="g", n=1, o="o"))

    assert answer("put", file, "--index", index)["indexes"] == {"i": count}


def test_a_local_index_is_on_the_tables_capacity(write, answer, call):
    """A local index is among the indexes in JSON; the text says whose capacity it uses."""
    words = ["put", write(item(r=1)), "--local-index", "mine:pk:r"]

    said = answer(*words)
    assert (said["table"], said["indexes"], said["total"]) == (1, {"mine": 1}, 2)
    assert "mine   1  on the table's capacity\n" in call(*words)[1]


@pytest.mark.parametrize(("size", "blocks"), [(KEYS, 1), (4_096, 1), (4_097, 2)])
def test_a_get_is_charged_whole_four_kilobytes(write, answer, size, blocks):
    """Each 4 KB cost 0.5 units eventually, 1 strongly and 2 in a transaction."""
    file = write(item(size))

    assert answer("get", file)["total"] == blocks / 2
    assert answer("get", file, "--strong")["total"] == blocks
    assert answer("get", file, "--transactional")["total"] == 2 * blocks


@pytest.mark.parametrize("action", ["query", "scan"])
def test_a_page_is_rounded_once(write, answer, action):
    """20 items of 300 bytes are 6,000 bytes, two blocks. An empty page is one block."""
    file = write([item(300)] * 20)

    said = answer(action, file)
    assert (said["total"], said["bytes"]) == (1, 6_000)
    assert answer(action, file, "--strong")["total"] == 2
    assert answer(action, write([]), "--strong")["total"] == 1


@pytest.mark.parametrize(
    ("limit", "size", "pages"),
    [
        pytest.param(4, 4_000, "first of 3 pages; the other pages consume 1 more", id="4, 4, 2"),
        pytest.param(
            10, 10_000, "2 pages; the other pages consume 0.5 more, and the last", id="empty"
        ),
        pytest.param(11, 10_000, "", id="not reached"),
    ],
)
def test_a_limit_ends_the_page(write, answer, limit, size, pages):
    """The answer is for the first page; `why` says what the other pages consume."""
    said = answer("query", write([item(1_000)] * 10), "--limit", limit)

    assert said["bytes"] == size
    assert ("first of" in said["why"]) == bool(pages)
    assert pages in said["why"]


def test_a_megabyte_ends_the_page(write, answer):
    """Four items of 300,000 bytes pass 1,048,576 bytes, so the fifth is on the next page."""
    said = answer("scan", write([item(300_000)] * 5))

    assert said["bytes"] == 1_200_000
    assert said["total"] == 293 / 2  # 292.97 blocks
    assert "first of 2 pages; the other pages consume 37 more" in said["why"]  # 73.2 blocks


def test_a_query_of_an_index_reads_its_entries(write, answer):
    """A query of an index reads only the entries' bytes, and skips items without one."""
    file = write([item(5_000, g="g"), item(5_000, g="h"), item(5_000)])

    said = answer("query", file, "--index", "i:g:KEYS_ONLY")

    assert (said["table"], said["indexes"]) == (0, {"i": 0.5})
    assert said["bytes"] == 2 * (KEYS + 2)  # two keys of the table, and g with a letter
    assert "1 item of the file not in the index" in said["why"]
    assert answer("query", file, "--local-index", "i:pk:g", "--strong")["indexes"] == {"i": 3}


PLAIN = {
    "pk": "a",
    "sk": 1.50,
    "é": "ü",
    "big": 12345678901234567890,
    "no": None,
    "yes": True,
    "list": [1, "x", [-2]],
    "map": {"in": {"S": "x"}},
}
TYPED = {
    "pk": {"S": "a"},
    "sk": {"N": "1.5"},
    "é": {"S": "ü"},
    "big": {"N": "12345678901234567890"},
    "no": {"NULL": True},
    "yes": {"BOOL": True},
    "list": {"L": [{"N": "1"}, {"S": "x"}, {"L": [{"N": "-2"}]}]},
    "map": {"M": {"in": {"M": {"S": {"S": "x"}}}}},
}


def test_both_notations_are_one_item(write, answer):
    """The same item in DynamoDB JSON and in plain JSON consumes the same units."""
    plain, typed = write(PLAIN), write(TYPED, "typed.json")

    assert answer("put", plain) == answer("put", typed, plain=False)


@pytest.mark.parametrize("value", [item(), {"Item": item()}, item(n=1)])
def test_plain_json_is_said_and_not_guessed(write, refused, value):
    """Plain values without --plain are refused with the first of them and the option."""
    err = refused("put", write(value), plain=False)

    assert "pk: 'a': DynamoDB JSON is one type and its content" in err
    assert "use --plain" in err


def test_binary_is_base64_at_every_depth(write, answer):
    """Three bytes count as three, not as the four letters of their base64."""
    b = {"B": "AAEC"}
    file = write({"pk": b, "sk": b, "s": {"BS": ["AAEC"]}, "l": {"L": [b, {"M": {"m": b}}]}})

    size = (2 + 3) * 2 + (1 + 3) + (1 + 3 + (1 + 3) + (1 + 3 + (1 + 1 + 3)))
    assert answer("put", file, plain=False)["bytes"] == size


def test_what_the_aws_command_printed_is_an_item(write, answer):
    """`aws dynamodb get-item` wraps the item in an object; query adds counts to its items."""
    typed = {name: {"S": text} for name, text in item(2_000).items()}
    one = write({"Item": typed, "ConsumedCapacity": {"CapacityUnits": 0.5}})
    assert answer("put", one, plain=False)["bytes"] == 2_000

    page = write({"Items": [typed] * 3, "Count": 3, "ScannedCount": 3}, "page.json")
    assert answer("query", page, plain=False)["bytes"] == 6_000


def test_standard_input_is_a_file(write, answer, monkeypatch):
    """The file name - means standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(item()).encode())))

    assert answer("put", "-")["bytes"] == KEYS


def number(text):
    """Return an item in plain JSON with a number that Python's json would write differently."""
    return f'{{"pk": "a", "sk": "b", "n": {text}}}'


def typed(**more):
    """Return an item in DynamoDB JSON, with more attributes."""
    return {"pk": {"S": "a"}, "sk": {"S": "b"}, **more}


DEEP = {"pk": "a", "sk": "b", "deep": json.loads("[" * 33 + "]" * 33)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "not JSON: it is empty", id="an empty file"),
        pytest.param("{pk: 1}", "not JSON: the error is at line 1, column 2", id="no JSON"),
        pytest.param(b"\xff\xff\xff", "not JSON: its bytes are not UTF-8", id="no UTF-8"),
        pytest.param([], "the file has no items", id="no item"),
        pytest.param("null", "this is neither an object nor a list", id="null"),
        pytest.param("[" * 99_999, "32 levels", id="too deep to read"),
        pytest.param(DEEP, "deep[0]", id="33 levels"),
        pytest.param('{"pk": "a", "pk": "b"}', "one object has the name 'pk' twice", id="twice"),
        pytest.param(
            '{"pk": "a", "sk": "b", "m": [{"x": 1, "x": 2}]}',
            "one object has the name 'x' twice",
            id="inner",
        ),
        pytest.param(number("NaN"), "n: NaN: DynamoDB", id="NaN"),
        pytest.param(number("[-Infinity]"), "n[0]: -Infinity: DynamoDB", id="Infinity"),
        pytest.param(number("1e126"), "n: 1E+126: outside", id="large"),
        pytest.param(number("1e-131"), "n: 1E-131: out", id="small"),
        pytest.param(number("1e" + "9" * 30), "1e99999", id="beyond"),
        pytest.param(number("7" * 39), "39 significant", id="digits"),
        pytest.param(number("7" * 9_999), "9999 signif", id="huge"),
        pytest.param({"pk": "a"}, "no key attribute 'sk'; it has: pk", id="no sk"),
        pytest.param({}, "no key attribute 'pk'; it has: none", id="nothing"),
        pytest.param(item(pk=None), "pk is of type NULL: a key attribute is text", id="null key"),
        pytest.param(item(sk=True), "sk is of type BOOL", id="boolean key"),
        pytest.param(item(sk=""), "sk is 0 bytes: a key attribute here has 1 to 1,024", id="empty"),
        pytest.param(item(pk="x" * 2_049), "pk is 2,049 bytes", id="a long key"),
        pytest.param(item(g=""), "g is 0 bytes", id="an empty index key"),
        pytest.param(item(g=["x"]), "g is of type L", id="a list as index key"),
        pytest.param(item(409_601), "409,601 bytes; DynamoDB accepts 409,600", id="too large"),
        pytest.param('{"pk": "a", "sk": "b", "": 1}', "an attribute's name is text", id="no name"),
        pytest.param('{"pk": "\\ud800", "sk": "b"}', "half a surrogate pair", id="surrogate"),
    ],
)
def test_a_bad_file_is_one_line(write, refused, content, said):
    """The error names the file, the place in it and the rule; the exit code is 2."""
    err = refused("put", write(content), "--index", "i:g")

    assert said in err
    assert "item.json" in err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(typed(n={"N": "NaN"}), "n: 'NaN': type N asks for", id="N of NaN"),
        pytest.param(typed(n={"N": "1e200"}), "outside 1E-130", id="N out of range"),
        pytest.param(typed(s={"SS": []}), "s: []: DynamoDB has no empty set", id="empty set"),
        pytest.param(typed(s={"NS": ["1", "1.0"]}), "s: ", id="one number twice"),
        pytest.param(typed(b={"L": [{"B": "é"}]}), "b[0]: 'é' is not base64", id="base64"),
        pytest.param(typed(x={"Q": "1"}), "x: {'Q': '1'}: the types are", id="unknown type"),
        pytest.param(
            typed(l={"L": [{"Q": "1"}]}), "l[0]: {'Q': '1'}: the types are", id="inner tag"
        ),
        pytest.param(typed(n={"N": 1}), "n: 1: type N asks for a number", id="N number"),
        pytest.param(typed(n=1), "n: 1: DynamoDB JSON is one type", id="both notations"),
    ],
)
def test_bad_dynamodb_json_is_one_line(write, refused, content, said):
    """The error names the file, the attribute and the rule."""
    err = refused("put", write(content), plain=False)

    assert said in err
    assert "item.json" in err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(item(), "this is one object: use a list of items, [{…}, {…}]", id="one item"),
        pytest.param([item(), 1], "[1]: an item must be an object", id="a number in the list"),
        pytest.param([item(), {"pk": "a"}], "[1]: an item has no key attribute 'sk'", id="no key"),
        pytest.param(
            [item(), item(sk=1)], "[1]: sk is of type N here and S before", id="two types"
        ),
        pytest.param([item(), typed()], "[1]: pk is of type M", id="two notations"),
        pytest.param([typed()], "If this is DynamoDB JSON, leave out --plain", id="no --plain"),
        pytest.param(
            '[{}, {"x": {"y": 1, "y": 2}}]', "one object has the name 'y' twice", id="twice"
        ),
    ],
)
def test_a_bad_list_is_one_line(write, refused, content, said):
    """The error names the item by its number, counted from 0."""
    assert said in refused("query", write(content))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("put none.json", "none.json: cannot be read: No such file"),
        ("put .", ".: cannot be read: Is a directory"),
        ("put item.json --over none.json", "none.json: cannot be read"),
        ("put item.json --over other.json", "item.json over other.json: two items, not one before"),
        ("put item.json --over two.json", "the old item a / z is not in the request"),
        ("put same.json", "same.json: item a / b is there twice"),
        ("put item.json --describe - --over -", "can be read only once"),
        ("put item.json --describe none.json", "none.json: cannot be read"),
        ("put item.json --describe table.json --keys pk", "leave out --keys and --index"),
        ("put item.json --describe table.json --index i:g", "leave out --keys and --index"),
        ("put item.json --describe table.json --index by_g", "leave out --index"),
        ("query list.json --describe table.json --index no", "the table has no index 'no'"),
        ("put other.json --describe other.json", "other.json: the key TableName is missing"),
        ("put item.json --table t", "item.json: no items of --table t; the file has: none"),
        ("scan list.json --partitions 0", "'0': a table has a whole number of partitions"),
        ("get item.json --partitions 4", "unrecognized arguments: --partitions 4"),
        ("put - --over -", "can be read only once"),
        ("put item.json --keys a:b:c", "'a:b:c': a key is HASH or HASH:RANGE"),
        ("put item.json --keys pk:", "'pk:': a key is HASH or HASH:RANGE"),
        ("put item.json --keys pk:pk", "two attributes"),
        ("put item.json --index :g", "':g': an index's name is letters"),
        ("put item.json --index a/b:g", "an index's name is letters"),
        ("put item.json --index i", "'i': add the key, NAME:HASH or"),
        ("put item.json --local-index i", "'i': a key is HASH or HASH:RANGE"),
        ("put item.json --index i:", "a key is HASH or HASH:RANGE"),
        ("put item.json --index i:KEYS_ONLY", "KEYS_ONLY is a projection, and HASH is missing"),
        ("put item.json --index i:g:r:SOME", "unknown projection 'SOME'"),
        ("put item.json --index i:g:keys_only", "unknown projection 'keys_only'"),
        ("put item.json --index i:g:INCLUDE", "unknown projection 'INCLUDE'"),
        ("put item.json --index i:g:INCLUDE=", "unknown projection 'INCLUDE='"),
        ("put item.json --index i:g:INCLUDE=a,,b", "unknown projection"),
        ("put item.json --index i:g:ALL=a", "unknown projection 'ALL=a'"),
        ("put item.json --index i:g:r:ALL:more", "unknown projection 'more'"),
        ("put item.json --index i:g --index i:h", "index 'i' is given twice"),
        ("put item.json --index i:g --local-index i:pk:h", "index 'i' is given twice"),
        ("put item.json --local-index i:g:h", "takes the table's hash key"),
        ("put item.json --local-index i:pk", "takes the table's hash key"),
        ("put item.json --keys pk --local-index i:pk:g", "on a table with both (pk)"),
        ("put item.json --limit 1", "unrecognized arguments: --limit 1"),
        ("get item.json --strong --transactional", "contradict each other"),
        ("get item.json --index i:g", "a GetItem reads the table"),
        ("query list.json --limit 0", "'0': a limit is a whole number of items from 1"),
        ("query list.json --limit -1", "'-1': a limit is"),
        ("query list.json --limit 1.5", "'1.5': a limit is"),
        ("query list.json --limit ten", "'ten': a limit is"),
        ("query list.json --index i:g --strong", "index i is global: it is read eventually"),
        ("scan list.json --transactional", "a transaction has no Query"),
        ("scan list.json --index i:g --index j:g", "one --index"),
        ("write item.json", "invalid choice: 'write'"),
        ("put", "arguments are required: FILE"),
        ("put  --json", "arguments are required: FILE"),
        ("", "arguments are required: REQUEST"),
    ],
)
def test_a_wrong_argument_is_one_line(write, refused, words, said):
    """The error quotes the argument and gives the rule; the exit code is 2."""
    write(item(g="g"))
    write(item(sk="c"), "other.json")
    write([item(g="g")], "list.json")
    write([item(), item(sk="z")], "two.json")
    write([item(), item()], "same.json")
    write(DESCRIBED, "table.json")

    assert said in refused(*words.split())


def test_no_name_of_a_file_is_a_file(write, refused):
    """An empty file name, as from an unset variable, cannot be read."""
    assert "cannot be read" in refused("put", "")
    assert "cannot be read" in refused("put", write(item()), "--over", "")


# What AWS's tools print or take


PART = {"AttributeName": "pk", "KeyType": "HASH"}
DESCRIBED = {
    "Table": {
        "TableName": "t",
        "KeySchema": [PART, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by_g",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    }
}


def small(name, text=""):
    """An item in DynamoDB JSON with this sort key, 6 bytes and the text's; its name has 4 more."""
    long = {"text": {"S": text}} if text else {}
    return {"pk": {"S": "a"}, "sk": {"S": name}, **long}


BATCH = [
    {"PutRequest": {"Item": small("b", "x" * 1_500)}},
    {"DeleteRequest": {"Key": small("c")}},
]
BEFORE = [small("b", "x" * 2_500), small("c", "x" * 3_500)]


def test_a_batch_counts_each_item(write, answer):
    """A put of 1,510 bytes is 2 units. A deleted item is counted by its key, if not known."""
    file = write({"RequestItems": {"t": BATCH}})

    said = answer("put", file, plain=False)

    assert (said["total"], said["bytes"]) == (2 + 1, 1_510 + KEYS)
    assert "at least: only the key of 1 item is known (give old items with --over)" in said["why"]
    assert answer("update", write(BATCH), plain=False)["total"] == 3  # the requests of one table


def test_a_batch_over_items_counts_the_larger(write, answer):
    """Items before the batch are found by their keys, in any order: 2,510 and 3,510 bytes."""
    file = write({"t": BATCH})
    over = write({"Responses": {"t": BEFORE[::-1]}}, "before.json")

    said = answer("put", file, "--over", over, plain=False)

    assert (said["total"], said["bytes"]) == (3 + 4, 2_510 + 3_510)
    assert "at least" not in said["why"]


def test_a_transaction_doubles_without_being_told(write, answer, call):
    """A list of transact-write-items is a transaction: 2 for each KB on the table."""
    actions = [
        {"Put": {"TableName": "t", "Item": small("b", "x" * 1_500)}},
        {"Delete": {"TableName": "t", "Key": small("c")}},
        {"Update": {"TableName": "t", "Key": small("d"), "UpdateExpression": "SET n = :n"}},
        {"ConditionCheck": {"TableName": "t", "Key": small("e"), "ConditionExpression": "x"}},
    ]
    file = write({"TransactItems": actions})

    said = answer("put", file, plain=False)
    assert said["total"] == 2 * (2 + 1 + 1 + 1)
    assert "only the key of 3 items is known" in said["why"]

    over = write([*BEFORE, small("e", "x" * 1_200)], "before.json")
    said = answer("put", file, "--over", over, plain=False)
    assert said["total"] == 2 * (3 + 4 + 1 + 2)
    assert "only the key of 1 item is known" in said["why"]  # the update: its item after is not

    text = call("put", file, "--index", "i:g", plain=False)[1]
    assert "i      0  at least: only an item's key is known\n" in text


def test_deletes_are_counted_by_the_items_in_the_file(write, answer, refused):
    """A delete of items counts each; a request with deletes has only their keys."""
    assert answer("delete", write(BEFORE), plain=False)["total"] == 3 + 4
    said = answer("delete", write({"t": BATCH[1:]}), plain=False)
    assert said["total"] == 1
    assert said["why"].endswith("at least: only the key of 1 item is known")
    assert "PutRequest.Item: this is not a delete: use put" in refused(
        "delete", write({"t": BATCH}), plain=False
    )


def test_gets_round_each_item(write, answer):
    """A BatchGetItem rounds 1.5 KB and 6.5 KB to 3 units, the example of AWS's page."""
    items = [small("b", "x" * (1_536 - 10)), small("c", "x" * (6_656 - 10))]

    replies = write({"Responses": {"t": items}, "UnprocessedKeys": {}})
    assert answer("get", replies, "--strong", plain=False)["total"] == 3
    replies = write({"Responses": [{"Item": one} for one in items]})
    assert answer("get", replies, "--transactional", plain=False)["total"] == 6


def test_one_table_of_several_is_chosen(write, answer, refused):
    """A request on two tables is refused until --table or --describe names one of them."""
    file = write({"t": BATCH[:1], "u": BATCH[:1] * 1})
    table = write(DESCRIBED, "table.json")

    err = refused("put", file, plain=False)
    assert "items of 2 tables: choose one with --table; the file has: t, u" in err
    assert "the file has: t, u" in refused("put", file, "--table", "v", plain=False)
    said = answer("put", file, "--table", "u", "--over", write(BEFORE[0], "b.json"), plain=False)
    assert said["total"] == 3
    assert answer("put", file, "--describe", table, plain=False)["total"] == 2


@pytest.mark.parametrize("lines", ["{}\n{}\n", "{} {}", "\n{}\r\n\r\n{}"])
@pytest.mark.parametrize("wrap", [lambda it: it, lambda it: {"Item": it}])
def test_an_export_is_a_list(write, answer, lines, wrap):
    """An export to S3 has an item on each line; 0.5 units read 4 KB of them."""
    one, two = (json.dumps(wrap(small(name))) for name in "bc")
    file = write(lines.replace("{}", one, 1).replace("{}", two))

    assert answer("scan", file, plain=False)["bytes"] == 2 * KEYS
    assert answer("put", file, plain=False)["total"] == 2


def test_a_compressed_export_is_read(write, answer, refused):
    """Files of an export end in .json.gz; a damaged one is refused."""
    raw = gzip.compress(json.dumps({"Item": small("b")}).encode())

    assert answer("scan", write(raw, "e.json.gz"), plain=False)["total"] == 0.5
    assert "a damaged gzip file" in refused("scan", write(raw[:-9], "e.json.gz"), plain=False)


def test_a_wrong_line_is_named(write, refused):
    """The error has the line of the item, or of the place that is no JSON."""
    good = json.dumps({"Item": small("b")})

    wrong = write(good + '\n{"Item": {"pk": {"S": "a"}}}')
    err = refused("scan", wrong, plain=False)
    assert "item.json: line 2: Item: an item has no key attribute 'sk'" in err
    assert "not JSON: the error is at line 2, column 9" in refused(
        "scan", write(good + '\n{"Item":')
    )
    assert "line 2: this is neither" in refused("scan", write(good + "\n1"), plain=False)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_encodings_with_a_mark_are_read(write, answer, encoding):
    """PowerShell writes UTF-16 with a byte order mark, other tools UTF-8 with one."""
    text = json.dumps(item(u="é"), ensure_ascii=False)

    assert answer("put", write(text.encode(encoding)))["bytes"] == KEYS + 1 + 2


def test_a_described_table_has_the_keys_and_indexes(write, answer, refused):
    """--describe stands for --keys and --index; a read says which of its indexes it reads."""
    table = write(DESCRIBED, "table.json")
    file = write([item(5_000, g="g")])

    assert answer("put", file, "--describe", table)["indexes"] == {"by_g": 1}
    assert answer("get", file, "--describe", table)["total"] == 1
    assert answer("scan", file, "--describe", table)["bytes"] == 5_000 + 2
    said = answer("scan", file, "--describe", table, "--index", "by_g")
    assert (said["indexes"], said["bytes"]) == ({"by_g": 0.5}, KEYS + 2)
    err = refused("put", write({"id": "a"}), "--describe", table)
    assert "The table in table.json has the key pk:sk: use items of that table" in err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param({"id": "a", "x": 1}, "use --keys id. If these are plain values", id="id"),
        pytest.param({"x": {"S": "a"}, "userId": {"S": "b"}}, "use --keys userId\n", id="userId"),
        pytest.param({"x": {"S": "a"}, "y": {"S": "b"}}, "use --keys x\n", id="the first"),
        pytest.param({"a b": {"S": "a"}}, "use --keys 'a b'\n", id="quoted for a shell"),
        pytest.param({"a:b": {"S": "a"}}, "it has: a:b\n", id="no way to say it"),
        pytest.param(
            {"pk": {"S": "a"}}, "the table's key is pk, use --keys pk\n", id="no sort key"
        ),
        pytest.param(
            {"Attributes": {"n": {"N": "1"}}}, "item.json: Attributes: an item has no", id="reply"
        ),
        pytest.param({"Attributes": {"n": {"N": "1"}}}, "--return-values ALL_NEW", id="in part"),
    ],
)
def test_a_missing_key_names_the_option(write, refused, content, said):
    """The error has the attributes and the option that would make the file right."""
    file = write(content)

    assert said in refused("put", file, plain=False).replace(" (--help has examples)", "")


# Partitions, hidden items, sizes


@pytest.mark.parametrize(
    ("items", "words", "units"),
    [
        pytest.param([], "--partitions 4", (2, 2), id="AWS: a new on-demand table without items"),
        pytest.param([], "--partitions 4 --strong", (4, 4), id="strong"),
        pytest.param([item(4_097)], "--partitions 1", (1, 1), id="one partition"),
        pytest.param([item()], "--partitions 4", (2, 2), id="one item, three without data"),
        pytest.param(
            [item(9_000)] * 2, "--partitions 4", (2.5, 4), id="depending on where the items are"
        ),
        pytest.param([item()] * 2, "--partitions 4 --limit 1", (0.5, 2), id="a page of several"),
    ],
)
def test_partitions_are_charged(write, answer, items, words, units):
    """A Scan costs a block for each partition that it searches, with or without data."""
    said = answer("scan", write(items), *words.split())

    assert (said["total"], said["at_most"]) == units
    assert "--partitions N" not in said["why"]


def test_pages_together_search_all_partitions(write, answer):
    """Two items on two pages and an empty page search four partitions, 0.5 each."""
    said = answer("scan", write([item()] * 2), "--partitions", "4", "--limit", "1")

    assert "first of 3 pages; the other pages consume 1.5 more" in said["why"]
    assert "this page: up to 2, depending on where the items are" in said["why"]


def test_a_read_without_partitions_has_a_note(write, answer):
    """0.5 units for an empty table are those of one partition, and the answer says so."""
    assert "new on-demand table has 4 (--partitions N)" in answer("scan", write([]))["why"]
    assert "(--partitions N)" in answer("query", write([]))["why"]


def test_hidden_items_are_said(write, answer):
    """A filter removes items from a reply after they were read, so they are charged too."""
    reply = {"Items": [small("b")], "Count": 1, "ScannedCount": 12, "ConsumedCapacity": None}

    said = answer("scan", write(reply), plain=False)

    assert "at least: a filter removed 11 items, also read and charged" in said["why"]


def test_sizes_add_up_to_the_bytes(write, answer, call):
    """--sizes has the bytes of each attribute, summed over the items, the largest first."""
    file = write([item(), item(1_000, sk="c")])

    said = answer("scan", file, "--sizes")
    assert said["sizes"] == [
        {"attribute": "text", "items": 1, "name_bytes": 4, "value_bytes": 990, "bytes": 994},
        {"attribute": "pk", "items": 2, "name_bytes": 4, "value_bytes": 2, "bytes": 6},
        {"attribute": "sk", "items": 2, "name_bytes": 4, "value_bytes": 2, "bytes": 6},
    ]
    assert sum(one["bytes"] for one in said["sizes"]) == said["bytes"]
    lines = call("scan", file, "--sizes")[1].splitlines()
    assert lines[-4:-2] == [
        "attribute  items  name  value  bytes",
        "text           1     4    990    994",
    ]


def test_sizes_of_a_write_are_those_of_the_larger_item(write, answer):
    """A write is charged by the larger item, so its attributes are shown."""
    new, old = write(item()), write(item(1_000), "old.json")

    said = answer("put", new, "--over", old, "--sizes")

    assert said["sizes"][0]["attribute"] == "text"
    assert sum(one["bytes"] for one in said["sizes"]) == said["bytes"] == 1_000


# Whatever a file holds


SEEDS = [
    json.dumps(TYPED),
    json.dumps({"RequestItems": {"t": BATCH}}),
    json.dumps({"Items": BEFORE, "Count": 2, "ScannedCount": 4}),
    json.dumps({"Responses": {"t": BEFORE}}),
    json.dumps([{"Put": {"TableName": "t", "Item": small("b")}}]),
    "\n".join(json.dumps({"Item": one}) for one in BEFORE),
    json.dumps(DESCRIBED),
]
PIECES = ["{", "}", "[", "]", '"', ":", ",", "null", "1e999999999", "-0", "NaN", '{"S": 1}', "\x00"]


CUT = st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(PIECES))


@st.composite
def mutated_files(draw):
    """Draw the bytes of a file in which up to three parts are replaced."""
    text = draw(st.sampled_from(SEEDS))
    for place, length, piece in draw(st.lists(CUT, max_size=3)):
        start = int(place * len(text))
        text = text[:start] + piece + text[start + length :]
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-16", "latin-1"])))


@given(
    raw=mutated_files(),
    words=st.sampled_from(["put", "delete", "get", "query", "scan --sizes", "put --plain"]),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_file_is_answered_or_refused(write, call, raw, words):
    """A damaged file gives an answer or one line on standard error, and never a traceback."""
    code, out, err = call(*words.split(), write(raw), plain=False)

    assert (code, err.count("\n"), bool(out)) in [(0, 0, True), (2, 1, False)]


# The script file


def script(*words, **more):
    """Run the script in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *words], capture_output=True, text=True, check=False, **more
    )
    return done.returncode, done.stdout, done.stderr


def test_it_runs_from_any_folder(tmp_path):
    """File names are relative to the folder in which the script is called."""
    (tmp_path / "item.json").write_text(json.dumps(item(1_025)))

    code, out, err = script("put", "item.json", "--plain", cwd=tmp_path)

    assert os.access(SCRIPT, os.X_OK)
    assert (code, err) == (0, "")
    assert out == (
        "2 WCU (on demand: WRU) by 1,025 bytes\n  table  2\nnew item of 1,025 bytes in whole KB\n"
    )


def test_its_refusal_is_no_traceback(tmp_path):
    """Bad standard input is one line and exit code 2."""
    code, out, err = script("put", "-", input="[1")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("bin/cost/units: standard input: not JSON: ")


def test_its_help_has_examples():
    """The help shows five calls of this script."""
    code, out, _ = script("--help")

    assert code == 0
    assert out.count("\nbin/cost/units ") == 5


@pytest.mark.parametrize("words", [["--help"], ["put", "-", "--json", "--plain"]])
def test_a_reader_that_is_gone_is_no_mistake(words):
    """A closed pipe gives exit code 0 and no traceback."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([sys.executable, str(SCRIPT), *words], **pipes) as process:
        process.stdout.close()
        process.stdin.write(json.dumps(item()).encode())
        process.stdin.close()
        said = process.stderr.read()

    assert (process.returncode, b"Traceback" in said, b"Error" in said) == (0, False, False)


@pytest.mark.parametrize(
    ("closed", "code", "said"),
    [
        pytest.param("<&-", 2, "standard input: cannot be read", id="standard input"),
        pytest.param(">&-", 1, "standard output is closed", id="standard output"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="a shell's way to close a stream")
def test_a_closed_stream_is_one_line(closed, code, said):
    """A closed standard stream gives one line and a non-zero exit code."""
    line = f'"{sys.executable}" "{SCRIPT}" put - --plain {closed}'
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.count("\n")) == (code, 1)
    assert said in done.stderr
