"""The Cruddur DynamoDB workbook: an inbox on DynamoDB, what it costs, and the lessons about it.

`messaging` is the inbox, `costs` its capacity units and bills, `backends` the connections, and
`workbook` what only notebooks need. docs/architecture.md is the map.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "workbook": ["Lesson", "show", "start"],
        "backends": ["connect"],
        "costs": [
            "Meter",
            "PriceBook",
            "Usage",
            "Workload",
            "bill",
            "cheapest",
            "item_size",
            "simulate",
        ],
    },
)
