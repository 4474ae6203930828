"""The pump: it reads a table's stream and calls a handler, as Lambda would, on every engine.

A stream delivers changes at least once, and in order within one partition of the table. A record
has the form of GetRecords and Lambda: eventName (INSERT, MODIFY, REMOVE) and, under `dynamodb`,
Keys, NewImage and SequenceNumber.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cruddur_lib.backends import Backend
from cruddur_lib.messaging.table import TABLE_NAME, TableError, describe

Record = Mapping[str, Any]
Handler = Callable[[Sequence[Record]], list[str]]  # returns sequence numbers of poison records
BATCH_SIZE = 100  # records per call, Lambda's default


@dataclass
class PumpReport:
    """What a run of the pump did. Poison records are those that no handler can process."""

    records: int = 0
    batches: int = 0
    poison: list[Record] = field(default_factory=list)

    def failures(self) -> dict[str, list[dict[str, str]]]:
        """Return the poison records as a Lambda function reports them: `batchItemFailures`."""
        sequences = map(sequence_of, self.poison)
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in sequences]}


class Pump:
    """Sends the records of a table's stream to a handler, batch by batch.

    If the handler raises an error, the error reaches the caller and the next run begins with the
    same batch.
    """

    def __init__(
        self,
        backend: Backend,
        handler: Handler,
        table: str = TABLE_NAME,
        *,
        positions: Mapping[str, str] | None = None,
        batch: int = BATCH_SIZE,
    ) -> None:
        """Find the table's stream.

        Args:
            backend: the connection.
            handler: Processes a batch of records.
            table: the table's name.
            positions: the last sequence number of each shard, from an earlier pump; by default the
                pump starts with the oldest record.
            batch: the most records per call of the handler.

        Raises:
            TableError: the table does not exist or has no stream.
        """
        self._streams = backend.client("dynamodbstreams")
        self._handler = handler
        self._batch = batch
        self._stream = describe(backend, table).get("LatestStreamArn", "")
        if not self._stream:
            raise TableError(f"table {table} has no stream: make it again with bin/ddb/schema-load")
        self.positions = dict(positions or {})

    def run(self) -> PumpReport:
        """Handle all records of all shards, until the handler's writes make no more of them."""
        report, before = PumpReport(), -1
        while report.records > before:
            before = report.records
            for shard in self._shards():
                self._read(shard, report)
        return report

    def _read(self, shard: str, report: PumpReport) -> None:
        """Handle the shard's records after its position, batch by batch, until there are none."""
        place: Any = {"ShardIteratorType": "TRIM_HORIZON"}
        if sequence := self.positions.get(shard):
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": sequence}
        start = self._streams.get_shard_iterator(StreamArn=self._stream, ShardId=shard, **place)
        iterator: str | None = start["ShardIterator"]
        while iterator:
            reply = self._streams.get_records(ShardIterator=iterator, Limit=self._batch)
            records = list(reply["Records"])
            if not records:
                return
            poison = set(self._handler(records))
            report.poison += [record for record in records if sequence_of(record) in poison]
            report.records += len(records)
            report.batches += 1
            self.positions[shard] = sequence_of(records[-1])
            iterator = reply.get("NextShardIterator")

    def _shards(self) -> list[str]:
        """Return the ids of the stream's shards, oldest first."""
        found: list[str] = []
        more: dict[str, Any] = {}
        while True:
            reply = self._streams.describe_stream(StreamArn=self._stream, **more)
            stream = reply["StreamDescription"]
            found += [shard["ShardId"] for shard in stream.get("Shards", ())]
            if not (last := stream.get("LastEvaluatedShardId")):
                return found
            more = {"ExclusiveStartShardId": last}


def sequence_of(record: Record) -> str:
    """Return a record's sequence number, its place in its shard."""
    return str(record["dynamodb"]["SequenceNumber"])
