"""Retries: a limited number of attempts, after random waits, before a deadline.

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


@dataclass(frozen=True)
class Retries:
    """Limits of the retries. Tests replace `sleep`, `now` (seconds) and `uniform`."""

    attempts: int = 4
    backoff: float = 0.025  # seconds; the first wait is at most 2 times as long, the next 4 times
    deadline: float = 5.0  # seconds after the start; later no attempt begins
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    uniform: Callable[[float, float], float] = random.uniform

    def begin(self) -> "Retry":
        """Start the attempts of one task; the caller makes the first one at once."""
        return Retry(self, self.now())


@dataclass
class Retry:
    """The attempts of one task."""

    rules: Retries
    start: float
    attempt: int = 1

    def again(self) -> bool:
        """Wait, then return True to try again; return False at once after the last attempt."""
        rules = self.rules
        wait = rules.uniform(0, rules.backoff * 2**self.attempt)
        late = rules.now() + wait - self.start > rules.deadline
        if self.attempt >= rules.attempts or late:
            return False
        rules.sleep(wait)
        self.attempt += 1
        return True
