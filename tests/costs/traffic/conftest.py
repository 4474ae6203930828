"""Fixtures for tests of the reader of traffic."""

from itertools import count

import pytest

from cruddur_lib.costs.traffic.cloudwatch import read_cloudwatch
from cruddur_lib.costs.traffic.labels import column_meaning


@pytest.fixture(scope="session")
def read(tmp_path_factory):
    """A function that writes texts to files and reads them; `columns` are texts of --column.

    A name of "a.csv" or "a.json" is given to a file by its content, unless `names` has one.
    """
    folders = count()

    def reading(*texts, names=(), columns=(), **how):
        folder = tmp_path_factory.mktemp(f"traffic{next(folders)}")
        paths = []
        for number, text in enumerate(texts):
            raw = text if isinstance(text, bytes) else text.encode()
            kind = "json" if raw.lstrip()[:1] in (b"{", b"[") else "csv"
            path = folder / (names[number] if names else f"{'abcdefgh'[number]}.{kind}")
            path.write_bytes(raw)
            paths.append(path)
        return read_cloudwatch(*paths, columns=dict(map(column_meaning, columns)), **how)

    return reading
