"""Small files in the format of AWS's price list, made from the prices of data/prices.yaml.

AWS's own files could not be fetched where this is tested. Their shape and the names in them are
those of public notes and of AWS's page on billing reports (see `offers.finding`).
"""

import json

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.price_list import price_list
from tests.helpers.billed import TODAY

PREFIXES = {"us-east-1": "", "us-west-2": "USW2-", "eu-west-1": "EU-", "ap-northeast-1": "APN1-"}
PREFIXES |= {"ap-south-1": "APS3-", "eu-central-1": "EUC1-", "us-gov-west-1": "UGW1-"}
FREE = {  # where the free band of an item ends, as in AWS's list
    "provisioned_wcu_hour": "18600",
    "provisioned_rcu_hour": "18600",
    "provisioned_rwcu_hour": "18600",
    "storage_gb_month": "25",
    "stream_read": "2500000",
}
FAMILIES = {"restore_gb": "Restore Data Size", "export_gb": "Export Data Size"}
PUBLISHED = "2026-11-20T10:00:00Z"


def product(sku, usage_type, *bands, region="us-west-2", **more):
    """Return a product and its terms.

    Args:
        sku: its name; AWS's have 16 letters and digits.
        usage_type: with the prefix of the Region.
        bands: of the price, each a text of USD, where it begins and where it ends ("Inf").
        region: its Region.
        more: the product's family, its first day (`since`), its leases (`reserved`) as pairs of a
            length and the USD by unit, and attributes.
    """
    family, reserved = more.pop("family", ""), more.pop("reserved", ())
    day = f"{more.pop('since', None) or '2026-11-01'}T00:00:00Z"
    attributes = {"usagetype": usage_type, "locationType": "AWS Region", "regionCode": region}
    attributes |= {"location": f"Somewhere ({region})", **more}
    dimensions = {
        f"{sku}.JRTCKXETXF.{number}": {
            "unit": "Units",
            "beginRange": begin,
            "endRange": end,
            "description": "in the free tier" if not usd.strip("0.") else "beyond the free tier",
            "pricePerUnit": {"USD": usd},
            "appliesTo": [],
        }
        for number, (usd, begin, end) in enumerate(bands)
    }
    terms = {"OnDemand": {}, "Reserved": {}}
    if bands:
        on_demand = {"sku": sku, "effectiveDate": day, "priceDimensions": dimensions}
        terms["OnDemand"][f"{sku}.JRTCKXETXF"] = {**on_demand, "termAttributes": {}}
    for lease, by_unit in reserved:
        terms["Reserved"][f"{sku}.{lease}"] = lease_term(sku, lease, by_unit, day)
    return {"sku": sku, "productFamily": family, "attributes": attributes}, terms


def lease_term(sku, lease, by_unit, day):
    """Return a term of reserved capacity, with an hourly price and one that is paid once."""
    return {
        "sku": sku,
        "effectiveDate": day,
        "priceDimensions": {
            f"{sku}.{lease}.{unit}": {"unit": unit, "pricePerUnit": {"USD": usd}}
            for unit, usd in by_unit.items()
        },
        "termAttributes": {"LeaseContractLength": lease, "PurchaseOption": "Heavy Utilization"},
    }


def offer(products, code="AmazonDynamoDB", **header):
    """Return an offer file of products."""
    terms = {"OnDemand": {}, "Reserved": {}}
    for one, own in products:
        for kind, known in own.items():
            if known:
                terms[kind][one["sku"]] = known
    return {
        "formatVersion": "v1.0",
        "offerCode": code,
        "version": "20261120100000",
        "publicationDate": PUBLISHED,
        **header,
        "products": {one["sku"]: one for one, _ in products},
        "terms": terms,
    }


def wrapped(products, code="AmazonDynamoDB"):
    """Return products as the AWS CLI prints a reply of the API: each one a text of its own."""
    return {
        "FormatVersion": "aws_v1",
        "PriceList": [
            json.dumps(
                {
                    "product": one,
                    "serviceCode": code,
                    "terms": terms,
                    "version": "20261120100000",
                    "publicationDate": PUBLISHED,
                }
            )
            for one, terms in products
        ],
    }


def book_products(region, code="AmazonDynamoDB", on=TODAY):
    """Return products with the prices that the book has of a service in a Region."""
    known = {price.item.name: price for price in PriceBook(region, on=on).prices()}
    tiers = price_list().tiers.values()
    made = []
    for name, price in known.items():
        item = price.item
        later = any(tier.item == name for tier_list in tiers for tier in tier_list[1:])
        if item.offer != code or not item.usage_types or item.lease or later:
            continue
        made.append(
            product(
                f"SKU{len(made):013}",
                PREFIXES[region] + item.usage_types[0],
                *_bands(name, known),
                region=region,
                family=item.family or "Some family",
                reserved=_leases(item.usage_types[0], known),
                servicecode=code,
            )
        )
    return made


def _bands(name, known):
    free, begin = FREE.get(name), "0"
    if free:
        yield "0.0000000000", "0", free
        begin = free
    tiers = next((t for t in price_list().tiers.values() if t[0].item == name), ())
    for tier in tiers or [None]:
        item = tier.item if tier else name
        end = "Inf" if not tier or tier.until is None else f"{tier.until:f}"
        if item in known:
            yield f"{known[item].each:.12f}", begin, end
        begin = end


def _leases(usage_type, known):
    unit = {"WriteCapacityUnit-Hrs": "wcu", "ReadCapacityUnit-Hrs": "rcu"}.get(usage_type)
    for years in (1, 3):
        names = {usage_type: f"reserved_{years}yr_{unit}_hour"}
        names["Quantity"] = f"reserved_{years}yr_{unit}_upfront"
        if unit and names["Quantity"] in known:
            yield f"{years}yr", {u: f"{known[name].each:.10f}" for u, name in names.items()}
