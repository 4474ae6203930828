"""How moto in this process finds what answers a request: by a list of names that it makes once.

Moto lists the methods of the class that answers, at each request; a class has the same all along.
"""

from functools import cache

from moto.core import responses
from moto.core.utils import method_names_from_class

once = cache(method_names_from_class)


def install() -> None:
    """From now on the list is made once for each class."""
    responses.method_names_from_class = once
