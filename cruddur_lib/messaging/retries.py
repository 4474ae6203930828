"""Retries of transactions: a few attempts, after random waits, before a deadline.

botocore retries throttling and lost replies by itself (mode "standard", 4 attempts of a DynamoDB
request). It does not retry a transaction that conflicted with another one, so this module does. The
deadline covers botocore's attempts and waits too, because it goes by the clock.

Source: AWS, "Exponential Backoff And Jitter" (full jitter), read 2026-11-24
https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Actions = list[dict[str, Any]]  # of a transaction


@dataclass(frozen=True)
class Retries:
    """Limits of the retries."""

    attempts: int = 4
    backoff: float = 0.025  # seconds; the first wait is at most 2 times as long, the next 4 times
    deadline: float = 5.0  # seconds after the start; later no attempt begins
    sleep: Callable[[float], None] = time.sleep

    def transact(
        self,
        client: Any,
        actions: Callable[[int], Actions],
        is_final: Callable[[list[str]], bool],
        passing: set[str],
    ) -> bool:
        """Run a transaction; return False if it was canceled and `is_final` accepts the reasons.

        If another cancellation has a reason in `passing`, try again within the limits.

        Args:
            client: a DynamoDB client.
            actions: Returns the transaction's actions for the number of an attempt, from 1.
            is_final: called with the cancellation reason of each action.
            passing: Cancellation reasons that the next attempt may not meet.

        Raises:
            TransactionCanceledException: DynamoDB canceled the transaction, and no retry is left.
        """
        start = time.monotonic()
        attempt = 1
        while True:
            try:
                client.transact_write_items(TransactItems=actions(attempt))
            except client.exceptions.TransactionCanceledException as error:
                reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
                if is_final(reasons):
                    return False
                wait = random.uniform(0, self.backoff * 2**attempt)  # noqa: S311  no secret
                late = time.monotonic() + wait - start > self.deadline
                if passing.isdisjoint(reasons) or attempt >= self.attempts or late:
                    raise
                self.sleep(wait)
                attempt += 1
            else:
                return True
