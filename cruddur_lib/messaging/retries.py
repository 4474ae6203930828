"""Trying again: a bounded number of times, after random waits, within a deadline.

botocore tries again by itself what it knows to be passing: throttling, and answers that were lost
(mode "standard", 4 attempts a request of DynamoDB's). It does not try a transaction again that met
another one: that is what this is for. The deadline holds botocore's attempts and waits too, as it
goes by the clock.

Source: AWS, "Exponential Backoff And Jitter" (full jitter), read 2026-11-24
https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Retries:
    """How often, how long. `sleep`, `now` (seconds) and `uniform` are a test's to replace."""

    attempts: int = 4
    backoff: float = 0.025  # seconds: the first wait is up to twice as long, the next four times
    deadline: float = 5.0  # seconds after the beginning, when no further attempt begins
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    uniform: Callable[[float, float], float] = random.uniform

    def begin(self) -> "Retry":
        """The attempts of one task; the first is made at once."""
        return Retry(self, self.now())


@dataclass
class Retry:
    """The attempts of one task, counted."""

    rules: Retries
    start: float
    attempt: int = 1

    def again(self) -> bool:
        """Whether to try again, after having waited; False where enough was tried."""
        rules = self.rules
        wait = rules.uniform(0, rules.backoff * 2**self.attempt)
        late = rules.now() + wait - self.start > rules.deadline
        if self.attempt >= rules.attempts or late:
            return False
        rules.sleep(wait)
        self.attempt += 1
        return True
