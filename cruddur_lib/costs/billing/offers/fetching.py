"""Fetch files of AWS's public price list. No account is needed."""

import os
import re
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from cruddur_lib.costs.billing.offers.offer_files import LARGEST, OfferRefused
from cruddur_lib.costs.billing.price_models import LISTS, offer_address

# What --refresh fetches. The file of EC2, with NAT gateways, has 480 MB for a Region; data transfer
# has a price for each pair of Regions. Read those with --import.
FETCHED = ("AmazonDynamoDB", "AmazonDAX", "AWSLambda", "AmazonVPC", "AmazonCloudWatch", "awskms")
VARIABLE = "CRUDDUR_PRICE_LISTS"  # another address of the lists, such as a company's mirror
SECONDS = 60  # without an answer
ABSENT = (403, 404)  # AWS's answers for a service that a Region does not have
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d{1,2}")


class OfferAbsent(OfferRefused):
    """The price list has no file of a service in a Region."""


def fetch(offer: str, region: str) -> tuple[bytes, str]:
    """Return the newest file of a service in a Region, and its address.

    Raises:
        OfferAbsent: the price list has no such file.
        OfferRefused: the Region is not written like us-east-1, or the file cannot be fetched.
    """
    if not REGION.fullmatch(region):
        raise OfferRefused(f"{region!r} is no Region like us-east-1")
    address = offer_address(offer, region, os.environ.get(VARIABLE, LISTS).rstrip("/"))
    if urlsplit(address).scheme not in ("http", "https"):
        raise OfferRefused(f"{VARIABLE} is {address!r}; it must begin with https:// or http://")
    try:
        with urlopen(Request(address), timeout=SECONDS) as reply:  # noqa: S310  http, see above
            raw = reply.read(LARGEST + 1)
            whole = not reply.length or len(raw) > LARGEST
    except HTTPError as error:
        if error.code in ABSENT:
            raise OfferAbsent(f"{offer} has no prices of {region} (HTTP {error.code})") from error
        raise _refused(address, f"HTTP {error.code}") from error
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise _refused(address, getattr(reason, "strerror", None) or str(reason)) from error
    except (HTTPException, ValueError) as error:
        raise _refused(address, "what answers there is no web server") from error
    if not whole:
        raise _refused(address, "the answer ended too early")
    return raw, address


def _refused(address: str, reason: str) -> OfferRefused:
    return OfferRefused(
        f"{address} cannot be fetched: {reason}. Download it yourself, and read it with "
        "bin/cost/prices --import FILE"
    )
