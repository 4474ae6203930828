"""The pump: reads a table's stream and calls a handler, as Lambda would, on every engine.

A stream delivers a table's changes at least once, and in order within one item's partition. A
record is what GetRecords and Lambda give: eventName (INSERT, MODIFY, REMOVE) and, under
`dynamodb`, Keys, NewImage and SequenceNumber.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cruddur_lib.backends import Backend
from cruddur_lib.messaging.table import TABLE_NAME, TableError, describe

Record = Mapping[str, Any]
Handler = Callable[[Sequence[Record]], list[str]]  # returns sequence numbers of poison records
BATCH = 100  # records a call, Lambda's default

LambdaHandler = Callable[[Mapping[str, Any], object], dict[str, list[dict[str, str]]]]


@dataclass
class PumpReport:
    """What a run of the pump did: records handled, and those that nobody can handle."""

    records: int = 0
    batches: int = 0
    poison: list[Record] = field(default_factory=list)

    def failures(self) -> dict[str, list[dict[str, str]]]:
        """The poison in the shape that Lambda wants: `batchItemFailures`."""
        return as_failures([sequence_of(record) for record in self.poison])


class Pump:
    """Brings each record of a table's stream to a handler, once it is there.

    `positions` says where each shard was left: give those of an earlier pump to go on there, or
    nothing to begin with the oldest record. A batch whose handler raises is not passed over: the
    error reaches the caller, and the next run begins with that batch.
    """

    def __init__(
        self,
        backend: Backend,
        handler: Handler,
        table: str = TABLE_NAME,
        *,
        positions: Mapping[str, str] | None = None,
        batch: int = BATCH,
    ) -> None:
        """Raises `TableError` where the table is not there or has no stream."""
        self._streams = backend.client("dynamodbstreams")
        self._handler = handler
        self._batch = batch
        self._stream = describe(backend, table).get("LatestStreamArn", "")
        if not self._stream:
            raise TableError(f"table {table} has no stream: make it again with bin/ddb/schema-load")
        self.positions = dict(positions or {})

    def run(self) -> PumpReport:
        """What was handled until every shard had nothing more; the changes it makes included."""
        report = PumpReport()
        while self._round(report):
            pass
        return report

    def _round(self, report: PumpReport) -> bool:
        """Whether any shard had a record."""
        found = [self._read(shard, report) for shard in self._shards()]
        return any(found)

    def _read(self, shard: str, report: PumpReport) -> bool:
        """Whether the shard had records; each batch is handled, then remembered."""
        found = False
        for records in self._batches(shard):
            poison = set(self._handler(records))
            report.poison += [record for record in records if sequence_of(record) in poison]
            report.records += len(records)
            report.batches += 1
            self.positions[shard] = sequence_of(records[-1])
            found = True
        return found

    def _batches(self, shard: str) -> Iterator[list[Record]]:
        """The shard's records after its position, until a call of GetRecords gives none."""
        iterator: str | None = self._iterator(shard)
        while iterator:
            reply = self._streams.get_records(ShardIterator=iterator, Limit=self._batch)
            if not reply["Records"]:
                return
            yield list(reply["Records"])
            iterator = reply.get("NextShardIterator")

    def _iterator(self, shard: str) -> str:
        """An iterator after the shard's position, or at its beginning."""
        if sequence := self.positions.get(shard):
            return self._streams.get_shard_iterator(
                StreamArn=self._stream,
                ShardId=shard,
                ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                SequenceNumber=sequence,
            )["ShardIterator"]
        return self._streams.get_shard_iterator(
            StreamArn=self._stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def _shards(self) -> list[str]:
        """The stream's shards, oldest first."""
        found: list[str] = []
        more: dict[str, Any] = {}
        while True:
            page = self._streams.describe_stream(StreamArn=self._stream, **more)
            found += [shard["ShardId"] for shard in page["StreamDescription"].get("Shards", ())]
            last = page["StreamDescription"].get("LastEvaluatedShardId")
            if not last:
                return found
            more = {"ExclusiveStartShardId": last}


def as_lambda(handler: Handler) -> LambdaHandler:
    """The handler as an entry point of a Lambda function with ReportBatchItemFailures."""

    def lambda_handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
        return as_failures(handler(event["Records"]))

    return lambda_handler


def as_failures(sequences: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """Sequence numbers in the shape that Lambda wants."""
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in sequences]}


def sequence_of(record: Record) -> str:
    """A record's place in its shard."""
    return str(record["dynamodb"]["SequenceNumber"])
