"""Fetch files of AWS's public price list. No account is needed."""

import os
import re
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from cruddur_lib.costs.billing.offers.offer_files import LARGEST, OfferRefused
from cruddur_lib.costs.billing.price_models import LISTS, offer_address

# The services that --refresh fetches. For one Region, the file of EC2 (NAT gateways) has 480 MB.
# Data transfer has a price for each pair of Regions. Read these two with --import.
FETCHED = ("AmazonDynamoDB", "AmazonDAX", "AWSLambda", "AmazonVPC", "AmazonCloudWatch", "awskms")
VARIABLE = "CRUDDUR_PRICE_LISTS"  # another address of the lists, such as a company's mirror
SECONDS = 60  # the longest wait for a reply
ABSENT = (403, 404)  # AWS's answers for a service that a Region does not have
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d{1,2}")


class OfferAbsent(OfferRefused):
    """The price list has no file of a service in a Region."""


def fetch(offer: str, region: str) -> tuple[bytes, str]:
    """Return the newest file of a service in a Region, and its address.

    Raises:
        OfferAbsent: the price list has no such file.
        OfferRefused: the Region is not like us-east-1, or the file cannot be fetched.
    """
    if not REGION.fullmatch(region):
        raise OfferRefused(f"{region!r} is not a Region like us-east-1")
    address = offer_address(offer, region, os.environ.get(VARIABLE, LISTS).rstrip("/"))
    if urlsplit(address).scheme not in ("http", "https"):
        raise OfferRefused(f"{VARIABLE} is {address!r}; it must begin with https:// or http://")
    try:
        with urlopen(Request(address), timeout=SECONDS) as reply:  # noqa: S310  http, see above
            raw = reply.read(LARGEST + 1)
            whole = not reply.length or len(raw) > LARGEST
    except HTTPError as error:
        if error.code in ABSENT:
            raise OfferAbsent(f"{offer} has no prices for {region} (HTTP {error.code})") from error
        raise _refused(address, f"HTTP {error.code}") from error
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise _refused(address, getattr(reason, "strerror", None) or str(reason)) from error
    except (HTTPException, ValueError) as error:
        raise _refused(address, "the reply is not from a web server") from error
    if not whole:
        raise _refused(address, "the reply ended too early")
    return raw, address


def _refused(address: str, reason: str) -> OfferRefused:
    return OfferRefused(
        f"{address} cannot be fetched: {reason}. Download it yourself, and read it with "
        "bin/cost/prices --import FILE"
    )
