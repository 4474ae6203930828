"""The rules of throughput in plain Python, one minute at a time, written to be read.

`cruddur_lib.costs.throughput` must give the same floats. The two share only the policies' fields:
the constants of AWS's rules are repeated here.
"""

from math import ceil

from cruddur_lib.costs.throughput.policies import OnDemandLimits


class Quota:
    """The decreases that one table or index may make.

    A day (UTC) allows four within an hour of its first, then one an hour if the hour before it had
    none.
    """

    def __init__(self, minute_of_day):
        """Start a series whose minute 0 is this minute of a day."""
        self.minute_of_day = minute_of_day
        self.decreases = []

    def day(self, minute):
        """Return the day's number."""
        return (minute + self.minute_of_day) // (24 * 60)

    def allows(self, minute):
        """Whether units may be decreased now."""
        today = [m for m in self.decreases if self.day(m) == self.day(minute)]
        if not today:
            return True
        if len(today) < 4 and minute - today[0] < 60:
            return True
        return minute - today[-1] >= 60


class Capacity:
    """The reads or the writes of a table or an index, up to a minute."""

    def __init__(self, policy, quota, burst_at_start, *, retried):
        """Start before the first minute."""
        self.policy, self.quota, self.burst_at_start = policy, quota, burst_at_start
        self.retried = retried
        self.waiting = 0.0  # units that were throttled in the minute before, and are retried
        self.provisioned, self.granted, self.throttled = [], [], []  # by the minute
        self.denied = 0

    def end(self, requested, granted):
        """End the minute in which these units were requested and granted."""
        self.granted.append(granted)
        self.throttled.append(requested - granted)
        self.waiting = requested - granted if self.retried else 0.0


class Provisioned(Capacity):
    """A capacity with burst capacity, and with alarms if it is scaled."""

    def __init__(self, *settings, **more):
        """Start before the first minute, with the units and the bucket of the start."""
        super().__init__(*settings, **more)
        scaled = hasattr(self.policy, "target")
        self.units = self.policy.first if scaled else self.policy.units
        self.minimum = self.policy.minimum if scaled else self.units
        self.maximum = self.policy.maximum if scaled else self.units
        self.percent = round(self.policy.target * 100, 9) if scaled else 100.0
        self.bucket = self.burst_at_start * self.units
        self.change = None  # (minute, units) of a change that was decided
        self.above = self.below = 0  # minutes in a row

    def begin(self, minute):
        """Apply a change that is due, unless the quota denies it."""
        if self.change and self.change[0] == minute:
            units = self.change[1]
            self.change = None
            if units < self.units and not self.quota.allows(minute):
                self.denied += 1
            else:
                if units < self.units:
                    self.quota.decreases.append(minute)
                self.units = units
                self.bucket = min(self.bucket, 300.0 * units)
                self.above = self.below = 0
        self.provisioned.append(self.units)

    def available(self):
        """Units that can be granted in this minute: the provisioned ones and the bucket's."""
        return 60.0 * self.units + self.bucket

    def end(self, requested, granted):
        """Update the bucket, and the alarms if there are any."""
        self.bucket = min(300.0 * self.units, self.available() - granted)
        super().end(requested, granted)
        if hasattr(self.policy, "target"):
            self.check_alarms(granted)

    def check_alarms(self, granted):
        """Count minutes above and below the thresholds, and decide on a change."""
        supply = 60.0 * self.units
        high = self.percent * supply / 100.0
        low = (self.percent - 20.0) * supply / 100.0
        counts = granted > 0 or self.policy.scale_in_at_zero
        self.above = self.above + 1 if granted > high else 0
        self.below = self.below + 1 if granted <= low and counts else 0
        if self.change:
            return
        target = ceil(granted * 100.0 / (60.0 * self.percent))
        target = min(max(target, self.minimum), self.maximum)
        if (self.above >= 2 and target > self.units) or (self.below >= 15 and target < self.units):
            self.change = (len(self.granted) + self.policy.lag, target)


class OnDemand(Capacity):
    """A capacity up to twice the highest minute that is at least thirty minutes ago."""

    def begin(self, minute):  # noqa: ARG002  as `Provisioned.begin`
        """Note the units a second that can be granted."""
        self.provisioned.append(self.available() / 60)

    def available(self):
        """Units that can be granted in this minute."""
        minute = len(self.granted)
        old = self.granted[: max(0, minute - 30 + 1)]
        available = max(60.0 * self.policy.initial, 2.0 * max(old, default=0.0))
        if self.policy.maximum is not None:
            available = min(available, 60.0 * self.policy.maximum)
        return available


def simulate(parts, policies, *, minute_of_day=0, burst_at_start=300.0, retried=False):
    """Return the capacities after all minutes, as {part: [reads, writes]}.

    `parts` is {"table": (reads, writes), "an index": ...}, the demand in units a minute. `policies`
    has a policy for each.
    """
    capacities = {}
    for name, pair in policies.items():
        quota = Quota(minute_of_day)  # one for the table, one for each index
        kind = OnDemand if isinstance(pair[0], OnDemandLimits) else Provisioned
        capacities[name] = [kind(policy, quota, burst_at_start, retried=retried) for policy in pair]
    for minute in range(len(parts["table"][0])):
        for name in parts:
            for capacity in capacities[name]:  # reads, then writes
                capacity.begin(minute)
        for name, (reads, _) in parts.items():
            serve([(capacities[name][0], reads[minute])])
        serve([(capacities[name][1], writes[minute]) for name, (_, writes) in parts.items()])
    return capacities


def serve(demands):
    """Serve a minute's demands that need each other: all get the smallest share that one can grant.

    A write goes to the table and its indexes or to none, so a scarce index throttles its table.
    """
    requested = [demand + capacity.waiting for capacity, demand in demands]
    available = [capacity.available() for capacity, _ in demands]
    shares = [
        limit / units if units > limit else 1.0
        for limit, units in zip(available, requested, strict=True)
    ]
    share = min(shares)
    for (capacity, _), units, limit, own in zip(demands, requested, available, shares, strict=True):
        if share == 1.0:
            granted = units
        elif own == share:
            granted = limit
        else:
            granted = min(limit, units * share)
        capacity.end(units, granted)
