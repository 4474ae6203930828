"""The rules of throughput in plain Python, one minute at a time, written to be read.

`cruddur_lib.costs.throughput` must give the same floats. The two share only the policies' fields:
the constants of AWS's rules are repeated here.
"""

from math import ceil, inf

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

    def again(self, minutes):
        """Begin the series again after so many minutes: its minute 0 keeps its time of day."""
        self.decreases = [minute - minutes for minute in self.decreases]

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

    scales = False

    def __init__(self, policy, quota, *, retried):
        """Start before the first minute."""
        self.policy, self.quota, self.retried = policy, quota, retried
        self.waiting = 0.0  # units that were throttled in the minute before, and are retried
        self.granted = []
        self.begin_pass()

    def begin_pass(self):
        """Begin with an empty record and the state of before."""
        self.provisioned, self.granted, self.throttled = [], [], []  # by the minute
        self.denied = 0
        self.waited = self.waiting

    def empty_if_it_drains(self):
        """Keep the bucket if there is none."""

    def end(self, requested, granted):
        """End the minute in which these units were requested and granted."""
        self.granted.append(granted)
        self.throttled.append(requested - granted)
        self.waiting = requested - granted if self.retried else 0.0


class Provisioned(Capacity):
    """A capacity with burst capacity, and with alarms if it is scaled."""

    def __init__(self, policy, quota, burst_at_start, *, retried):
        """Start before the first minute, with the units and the bucket of the start."""
        scaled = self.scales = hasattr(policy, "target")
        self.units = policy.first if scaled else policy.units
        self.minimum = policy.minimum if scaled else self.units
        self.maximum = policy.maximum if scaled else self.units
        self.percent = round(policy.target * 100, 9) if scaled else 100.0
        self.bucket = burst_at_start * self.units
        self.change = None  # (minute, units) of a change that was decided
        self.above = self.below = 0  # minutes in a row
        super().__init__(policy, quota, retried=retried)

    def begin_pass(self):
        """Begin again: a change that was decided is due as many minutes later as before."""
        if self.change:
            self.change = (self.change[0] - len(self.granted), self.change[1])
        super().begin_pass()
        self.began = self.units, self.bucket

    def is_steady(self):
        """Whether the pass ends with the units and the bucket with which it began."""
        return self.began == (self.units, self.bucket)

    def empty_if_it_drains(self):
        """Empty the bucket if many passes without throttling would empty it bit by bit."""
        units, bucket = self.began
        if not any(self.throttled) and self.units == units and self.bucket < bucket:
            self.bucket = 0.0

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
        if self.scales:
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


class Peak:
    """The limit of on-demand mode: twice the highest minute that is at least thirty minutes ago."""

    def __init__(self, first):
        """Start with the limit that holds before any peak."""
        self.first = first
        self.minutes = []  # of all passes

    def limit(self, minutes):
        """Return the limit after these minutes."""
        return max(self.first, 2.0 * max(minutes, default=0.0))

    def now(self):
        """Return the limit of the next minute."""
        return self.limit(self.minutes[: max(0, len(self.minutes) - 30 + 1)])


class OnDemand(Capacity):
    """A capacity whose limit is its own."""

    def __init__(self, policy, quota, *, retried, peak=None):
        """Start before the first minute. `peak` is that of reads and writes if they share one."""
        self.peak = peak or Peak(60.0 * policy.initial)
        self.most = inf if policy.maximum is None else 60.0 * policy.maximum
        super().__init__(policy, quota, retried=retried)

    def begin_pass(self):
        """Begin again: the peak stays known."""
        super().begin_pass()
        self.began = self.capped(self.peak.now())

    def capped(self, limit):
        """Return the limit, or the table's maximum if that is lower."""
        return min(limit, self.most)

    def is_steady(self):
        """Whether the pass began with the limit that all minutes up to its end lead to."""
        return self.began == self.capped(self.peak.limit(self.peak.minutes))

    def begin(self, minute):  # noqa: ARG002  as `Provisioned.begin`
        """Note the units a second that can be granted."""
        self.provisioned.append(self.available() / 60)

    def available(self):
        """Units that can be granted in this minute."""
        return self.capped(self.peak.now())

    def end(self, requested, granted):
        """Remember what was granted."""
        super().end(requested, granted)
        self.peak.minutes.append(granted)


class Combined(OnDemand):
    """The reads or the writes of a new table: both share a load.

    The units that the table serves at first, all reads or all writes, are a load of 1.
    """

    def begin(self, minute):
        """Do nothing: what can be granted depends on both."""

    def capped(self, limit):
        """Return the limit: a maximum is one of units."""
        return limit

    def available(self):
        """Units that can be granted in this minute, see `share_load`."""
        return self.allowed

    def load(self, units):
        """Return the load of these units."""
        return units / (60.0 * self.policy.initial)

    def end(self, requested, granted):
        """End the minute; `end_load` remembers the load."""
        Capacity.end(self, requested, granted)


def share_load(pair, demands):
    """Divide what reads and writes can be granted: the same share of both if the load is too high.

    Otherwise each can have what the other leaves.
    """
    wanted = [
        min(demand + capacity.waiting, capacity.most)
        for capacity, demand in zip(pair, demands, strict=True)
    ]
    loads = [capacity.load(units) for capacity, units in zip(pair, wanted, strict=True)]
    limit, total = pair[0].peak.now(), loads[0] + loads[1]
    for capacity, units, other in zip(pair, wanted, loads[::-1], strict=True):
        if total > limit:
            capacity.allowed = units * (limit / total)
        else:
            left = 60.0 * capacity.policy.initial * (limit - other)
            capacity.allowed = max(units, min(left, capacity.most))
        capacity.provisioned.append(capacity.allowed / 60)


def end_load(pair):
    """Remember the load of the minute that has ended."""
    reads, writes = (capacity.load(capacity.granted[-1]) for capacity in pair)
    pair[0].peak.minutes.append(reads + writes)


def simulate(  # noqa: PLR0913  as the library's
    parts, policies, *, minute_of_day=0, burst_at_start=300.0, retried=False, most_passes=1
):
    """Return the capacities after all minutes, as {part: [reads, writes]}.

    `parts` is {"table": (reads, writes), "an index": ...}, the demand in units a minute. `policies`
    has a policy for each.

    With more than one pass the same minutes come again and again, until the steady state. Each part
    goes round by itself. All go round together if writes are throttled then.
    """

    def go(chosen):
        start = {
            name: capacities(policies[name], minute_of_day, burst_at_start, retried)
            for name in chosen
        }
        return go_round({name: parts[name] for name in chosen}, start, most_passes)

    if most_passes > 1 and not isinstance(policies["table"][0], OnDemandLimits):
        alone = {name: go([name])[name] for name in parts}
        if len(parts) == 1 or not any(sum(writes.throttled) for _, writes in alone.values()):
            return alone
    return go(parts)


def capacities(pair, minute_of_day, burst_at_start, retried):
    """Return the reads and the writes of a table or an index, which share a quota."""
    quota = Quota(minute_of_day)
    if not isinstance(pair[0], OnDemandLimits):
        return [Provisioned(policy, quota, burst_at_start, retried=retried) for policy in pair]
    if not pair[0].combined:
        return [OnDemand(policy, quota, retried=retried) for policy in pair]
    peak = Peak(1.0)
    return [Combined(policy, quota, retried=retried, peak=peak) for policy in pair]


def go_round(parts, capacities, most_passes):
    """Simulate the minutes again and again. Only the last pass is kept.

    It is the first one, from the second on, that ends as it began.
    """
    everyone = [capacity for pair in capacities.values() for capacity in pair]
    for number in range(1, most_passes + 1):
        run(parts, capacities)
        if number == most_passes or (number > 1 and all(one.is_steady() for one in everyone)):
            return capacities
        for reads, writes in capacities.values():
            reads.quota.again(len(reads.granted))
            for capacity in (reads, writes):
                if number > 1 and len(parts) == 1:
                    capacity.empty_if_it_drains()
                capacity.begin_pass()
    raise AssertionError


def run(parts, capacities):
    """Simulate all minutes once."""
    combined = {name: pair for name, pair in capacities.items() if isinstance(pair[0], Combined)}
    for minute in range(len(next(iter(parts.values()))[0])):
        for name in parts:
            for capacity in capacities[name]:  # reads, then writes
                capacity.begin(minute)
        for name, pair in combined.items():
            share_load(pair, [units[minute] for units in parts[name]])
        for name, (reads, _) in parts.items():
            serve([(capacities[name][0], reads[minute])])
        serve([(capacities[name][1], writes[minute]) for name, (_, writes) in parts.items()])
        for pair in combined.values():
            end_load(pair)


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
