"""bin/cost/prices --refresh and --import: AWS's price list, served here by this machine."""

import json
import socket
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cruddur_lib.cli.cost import bill, prices
from cruddur_lib.costs.billing.offers.fetching import FETCHED
from tests.helpers.offers import book_products, offer, product

TODAY = date(2026, 11, 22)
WRITES = product("W", "USW2-WriteRequestUnits", ("0.0000006250", "0", "Inf"))
STORAGE = product(
    "S",
    "USW2-TimedStorage-ByteHrs",
    ("0.0000000000", "0", "25"),
    ("0.2500000000", "25", "Inf"),
    family="Database Storage",
)


class PriceListServer(BaseHTTPRequestHandler):
    """Serves `pages`: a status and a body by path; 404 for any other path."""

    pages: dict[str, tuple[int, bytes]] = {}  # noqa: RUF012  a class for each test

    def do_GET(self):
        """Answer with the page of the path."""
        status, body = self.pages.get(self.path, (404, b"absent"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + (1 if status == 206 else 0)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep standard error for the script."""


@pytest.fixture
def serve(monkeypatch):
    """Serve offers as AWS's price list does; return a function that adds one."""
    handler = type("Handler", (PriceListServer,), {"pages": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("CRUDDUR_PRICE_LISTS", f"http://127.0.0.1:{server.server_port}/offers")

    def served(content, code="AmazonDynamoDB", region="us-west-2", status=200):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        handler.pages[f"/offers/{code}/current/{region}/index.json"] = (status, body)

    yield served
    server.shutdown()
    server.server_close()


@pytest.fixture
def file(monkeypatch, tmp_path):
    """The user's file of prices, which does not exist yet."""
    made = tmp_path / "user" / "prices.yaml"
    monkeypatch.setenv("CRUDDUR_PRICES", str(made))
    return made


@pytest.fixture
def call(ended):
    """Call the script on a day; return its exit code, standard output and standard error."""

    def called(*words, today=TODAY):
        return ended(prices.run, [str(word) for word in words], today)

    return called


@pytest.fixture
def billed(ended, tmp_path):
    """Return exit code, total and error of the bill of a usage."""

    def answered(content, *words):
        usage = tmp_path / "usage.json"
        usage.write_text(json.dumps(content))
        code, out, err = ended(bill.run, [str(usage), "--json", *map(str, words)], TODAY)
        return code, json.loads(out)["total_usd"] if out else None, err

    return answered


USAGE = {"region": "us-west-2", "on_demand": {"write_units": 1_000_000}, "storage_gb": 100}


def test_a_region_can_be_billed_after_a_refresh(serve, file, call, billed):
    """0.625 for a million writes, and 75 GB above the free 25 at 0.25: 19.375."""
    serve(offer([WRITES, STORAGE]))
    code, _, err = billed(USAGE, "--prices", "/dev/null")
    assert code == 2
    assert "bin/cost/prices --refresh us-west-2" in err
    assert "bin/cost/prices --import FILE" in err

    code, out, err = call("--refresh", "us-west-2")

    assert code == 0
    assert out == (
        "us-west-2, AmazonDynamoDB of 2026-11-20: 2 new prices, 0 changed, 0 the same; 0 other "
        f"products\nwritten to {file}\n"
    )
    assert "AmazonDAX has no prices for us-west-2 (HTTP 404)" in err
    assert billed(USAGE)[1] == "19.375"


def test_all_services_of_all_named_regions_are_fetched(serve, file, call):
    """Each of the services with items of ours has its own file for each Region."""
    for region in ("us-east-1", "eu-west-1"):
        for code in FETCHED:
            if products := book_products(region, code):
                serve(offer(products, code), code, region)
    code, out, _ = call("--refresh", "us-east-1", "eu-west-1", "--json")
    lists = json.loads(out)["lists"]

    assert code == 0
    assert {one["offer"] for one in lists if one["region"] == "us-east-1"} == set(FETCHED)
    assert {one["region"] for one in lists} == {"us-east-1", "eu-west-1"}
    assert sum(one["same"] for one in lists) > 60
    assert {one["new"] + one["changed"] + one["own"] for one in lists} == {0}
    listed = json.loads(call("us-east-1", "--json")[1])["prices"]
    assert {one["file"] for one in listed} == {str(file), "data/prices.yaml"}


def test_a_downloaded_file_gives_the_same(serve, file, call, tmp_path):
    """--import reads what --refresh would fetch; the day of reading is that of publication."""
    path = tmp_path / "index.json"
    path.write_text(json.dumps(offer([WRITES, STORAGE])))

    assert call("--import", path)[0] == 0
    price = json.loads(call("us-west-2", "--json")[1])["prices"][0]
    assert (price["item"], price["usd"], price["read"]) == (
        "on_demand_write",
        "0.625",
        "2026-11-20",
    )
    assert price["sources"][0]["address"] == str(path)
    assert call("us-west-2")[1].count("AmazonDynamoDB-us-west-2-20261120100000") == 3


def test_another_file_can_be_written(file, call, tmp_path):
    """--prices names the file that --import writes, and the one that is listed."""
    path, other = tmp_path / "index.json", tmp_path / "other.yaml"
    path.write_text(json.dumps(offer([WRITES])))

    assert f"written to {other}" in call("--import", path, "--prices", other)[1]
    assert not file.exists()
    file.parent.mkdir()
    file.write_text("")
    assert "on_demand_write" in call("us-west-2", "--prices", other)[1]
    assert "on_demand_write" not in call("us-west-2")[1]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((b"", 500), "HTTP 500. Download it yourself"),
        ((b"{", 206), "the reply ended too early. Download it yourself"),
        ((b"<html>", 200), "is not JSON, so it is not AWS's price list"),
        ((b"{}", 200), "is not a file of AWS's price list"),
    ],
)
def test_a_failed_fetch_is_one_line_with_the_address(serve, file, call, answer, said):
    """The line says what to do, and nothing is written."""
    body, status = answer
    serve(body, status=status)
    code, out, err = call("--refresh", "us-west-2")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "/offers/AmazonDynamoDB/current/us-west-2/index.json" in err
    assert said in err
    assert not file.exists()


def test_what_is_no_web_server_is_named(monkeypatch, file, call):
    """A port that speaks another language."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer():
        with server, server.accept()[0] as caller:
            caller.recv(1_000)
            caller.sendall(b"220 mail.example ESMTP\r\n")

    threading.Thread(target=answer, daemon=True).start()
    address = f"http://127.0.0.1:{server.getsockname()[1]}"
    monkeypatch.setenv("CRUDDUR_PRICE_LISTS", address)

    assert "the reply is not from a web server" in call("--refresh", "us-west-2")[2]


def test_without_a_network_the_line_says_what_to_do(monkeypatch, file, call):
    """No answer comes from an address that nobody listens on."""
    monkeypatch.setenv("CRUDDUR_PRICE_LISTS", "http://127.0.0.1:9/offers")
    code, out, err = call("--refresh", "us-west-2")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "127.0.0.1:9/offers/AmazonDynamoDB/current/us-west-2/index.json cannot be fetched" in err
    assert "read it with bin/cost/prices --import FILE" in err


def test_a_file_that_cannot_be_used_leaves_the_others(serve, file, call):
    """Two products fit one item of Lambda, so no price of Lambda is taken; exit code 2."""
    twice = [
        product(sku, "USW2-Request", (usd, "0", "Inf")) for sku, usd in (("A", "1"), ("B", "2"))
    ]
    serve(offer([WRITES]))
    serve(offer(twice, "AWSLambda"), "AWSLambda")
    code, out, err = call("--refresh", "us-west-2")

    assert code == 2
    assert "1 new prices" in out
    assert "2 products fit lambda_request in us-west-2: A (1000000 USD), B (2000000 USD)" in err
    assert "lambda_request" not in file.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--refresh", "us-nowhere-9"],
            "has no file for us-nowhere-9: is it the name of a Region?",
        ),
        (["--refresh", "../../etc"], "'../../etc' is not a Region like us-east-1"),
        (["--import", "missing.json"], "missing.json cannot be read: No such file or directory"),
        (["--import", "\0"], "cannot be read: "),
        (["us-east-1", "--refresh", "us-east-1"], "--refresh and --import list nothing"),
        (["--on", "2026-01-01", "--import", "x"], "--refresh and --import list nothing"),
        (["--refresh", "us-east-1", "--import", "x"], "not allowed with argument"),
        (["--refresh"], "expected at least one argument"),
        (["--prices", "missing.yaml"], "missing.yaml cannot be read: No such file"),
    ],
)
def test_refusals_are_one_line_and_exit_code_2(serve, file, call, words, said):
    """The error names what is wrong; nothing is printed or written."""
    code, out, err = call(*words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert not file.exists()


def test_lists_are_at_an_address_of_the_web(monkeypatch, file, call):
    """A local file is no price list to fetch: --import is for that."""
    monkeypatch.setenv("CRUDDUR_PRICE_LISTS", "file:///etc")

    assert "it must begin with https:// or http://" in call("--refresh", "us-west-2")[2]


def test_a_bill_takes_a_file_of_negotiated_prices(file, billed, tmp_path):
    """The file is over the known prices; its mistakes are named as it is called."""
    file.parent.mkdir()
    file.write_text("")
    own = tmp_path / "own.yaml"
    text = "regions: {us-west-2: {prices: {on_demand_write: {2026-01-01: {usd: '0.5'}}}}}"
    own.write_text(text)
    usage = {"region": "us-west-2", "on_demand": {"write_units": 1_000_000}}

    assert billed(usage, "--prices", own)[1] == "0.50"
    own.write_text(text.replace("'0.5'", "0.5"))
    code, _, err = billed(usage, "--prices", own)
    assert (code, err.count("\n")) == (2, 1)
    assert f"{own}: regions.us-west-2.prices.on_demand_write.2026-01-01.usd is 0.5; it must" in err
