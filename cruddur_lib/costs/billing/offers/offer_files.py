"""Read AWS's price list: an offer file, or the output of `aws pricing get-products`.

An offer file has `products` by SKU, and `terms` by kind and SKU. The API returns each product with
its terms, and the AWS CLI prints each one as a string. This module reads all of these formats.

Source: AWS, "Reading your price list files", read 2026-11-27,
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-files.html
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from cruddur_lib.errors import WorkbookError

LARGEST = 500_000_000  # bytes; the file of EC2 in one Region has 480,000,000


class OfferRefused(WorkbookError):
    """A file of AWS's price list cannot be used. The message names the file."""


@dataclass(frozen=True)
class ListedProduct:
    """A product of AWS's price list, with its terms as they are in the file."""

    sku: str
    offer: str
    family: str
    attributes: dict[str, Any]
    on_demand: list[dict[str, Any]]
    reserved: list[dict[str, Any]]

    @property
    def usage_type(self) -> str:
        """Return the usage type, with the prefix of its Region."""
        return str(self.attributes.get("usagetype", ""))

    @property
    def region(self) -> str:
        """Return the Region of the product's price; "" if it has no single Region."""
        found = self.attributes.get("regionCode") or self.attributes.get("fromRegionCode")
        return str(found or "")

    @property
    def location(self) -> str:
        """Return the name of the Region, like "US West (Oregon)"."""
        return str(self.attributes.get("location") or self.attributes.get("fromLocation") or "")


@dataclass
class OfferFile:
    """The products of one service in a file of AWS's price list."""

    where: str  # the address or the path of the file
    offer: str  # the service code
    version: str
    published: date
    products: list[ListedProduct] = field(default_factory=list)


def read_offers(raw: bytes, where: str) -> list[OfferFile]:
    """Return the services of a file, usually one.

    Args:
        raw: the content of the file.
        where: the address or the path of the file, for errors and sources.

    Raises:
        OfferRefused: the file is not JSON, is not a file of AWS's price list, or has no product.
    """
    if len(raw) > LARGEST:
        raise OfferRefused(
            f"{where} has more than {LARGEST:,} bytes, too many for a file of one Region"
        )
    try:
        content = json.loads(raw, parse_float=Decimal, parse_constant=Decimal)
        listed = list(_listed(content))
    except RecursionError as error:
        raise OfferRefused(f"{where} is not a price list: it is nested too deeply") from error
    except ValueError as error:
        place = f": line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise OfferRefused(f"{where} is not JSON, so it is not AWS's price list{place}") from error
    except (AttributeError, TypeError, KeyError) as error:
        raise OfferRefused(
            f"{where} is not a file of AWS's price list: it has no products with attributes and "
            "terms"
        ) from error
    files: dict[tuple[str, str], OfferFile] = {}
    for product, header in listed:
        version = str(header.get("version", ""))
        published = _published(product, header, where)
        made = files.setdefault(
            (product.offer, version), OfferFile(where, product.offer, version, published)
        )
        made.products.append(product)
    if not files:
        raise OfferRefused(f"{where} is not a file of AWS's price list, or has no product")
    return list(files.values())


def _listed(content: Any) -> Iterator[tuple[ListedProduct, dict[str, Any]]]:
    """Yield each product, and the object with its version and date."""
    match content:
        case str():
            yield from _listed(json.loads(content, parse_float=Decimal))
        case list() | {"PriceList": list()}:
            for one in content if isinstance(content, list) else content["PriceList"]:
                yield from _listed(one)
        case {"product": dict(product), "terms": dict(terms)}:
            yield _product(product, terms, content), content
        case {"products": dict(products), "terms": dict(terms)}:
            for sku, product in products.items():
                own = {kind: known.get(sku, {}) for kind, known in terms.items()}
                yield _product({"sku": sku, **product}, own, content), content


def _product(
    product: dict[str, Any], terms: dict[str, Any], header: dict[str, Any]
) -> ListedProduct:
    if not isinstance(attributes := product["attributes"], dict):
        raise TypeError
    offer = header.get("offerCode") or header.get("serviceCode") or attributes.get("servicecode")
    return ListedProduct(
        sku=str(product["sku"]),
        offer=str(offer or ""),
        family=str(product.get("productFamily") or ""),
        attributes=attributes,
        on_demand=list(_terms(terms.get("OnDemand", {}))),
        reserved=list(_terms(terms.get("Reserved", {}))),
    )


def _terms(known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the terms; a file stores them by code, and some files also by SKU."""
    for one in known.values():
        if "priceDimensions" in one:
            yield one
        else:
            yield from _terms(one)


def _published(product: ListedProduct, header: dict[str, Any], where: str) -> date:
    """Return the day of publication, otherwise that of the version or of the newest term."""
    terms = [str(one.get("effectiveDate")) for one in (*product.on_demand, *product.reserved)]
    version = re.sub(r"^(\d{4})(\d\d)(\d\d)", r"\1-\2-\3-", str(header.get("version", "")))
    for text in (str(header.get("publicationDate")), version, max(terms, default="")):
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            continue
    raise OfferRefused(f"{where} has no publicationDate, so the day of its prices is unknown")
