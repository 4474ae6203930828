"""The rules of throughput in plain Python, one minute at a time, written to be read.

`cruddur_lib.costs.throughput` must give the same floats. The two share
nothing but the fields of the policies; the constants of AWS's rules are repeated here.
"""

from math import ceil

from cruddur_lib.costs.throughput.policies import OnDemandLimits


class Quota:
    """The decreases of one table or index: up to four within an hour where the day (UTC) had none
    yet, then one an hour where the hour before had none.
    """

    def __init__(self, minute_of_day):
        """For a series whose minute 0 is this minute of a day."""
        self.minute_of_day = minute_of_day
        self.decreases = []

    def day(self, minute):
        """The number of the day."""
        return (minute + self.minute_of_day) // (24 * 60)

    def allows(self, minute):
        """Whether units may be taken away now."""
        today = [m for m in self.decreases if self.day(m) == self.day(minute)]
        if not today:
            return True
        if len(today) < 4 and minute - today[0] < 60:
            return True
        return minute - today[-1] >= 60


class Capacity:
    """The reads or the writes of a table or an index, while its minutes go by."""

    def __init__(self, policy, quota, burst_at_start, *, retried):
        """Before the first minute."""
        self.policy, self.quota, self.burst_at_start = policy, quota, burst_at_start
        self.retried = retried
        self.waiting = 0.0  # units that were refused in the minute before, and come again
        self.provisioned, self.granted, self.refused = [], [], []  # by the minute
        self.denied = 0

    def asked(self, wanted):
        """Units that requests want, with those that come again."""
        return wanted + self.waiting

    def end(self, asked, given):
        """The minute is over: so much was asked for, so much was given."""
        self.granted.append(given)
        self.refused.append(asked - given)
        self.waiting = asked - given if self.retried else 0.0


class Provisioned(Capacity):
    """With a bucket of unused seconds, and alarms where it is scaled."""

    def __init__(self, *settings, **more):
        """Before the first minute: a full bucket, or what it has at the start."""
        super().__init__(*settings, **more)
        scaled = hasattr(self.policy, "target")
        self.units = self.policy.first if scaled else self.policy.units
        self.minimum = self.policy.minimum if scaled else self.units
        self.maximum = self.policy.maximum if scaled else self.units
        self.percent = round(self.policy.target * 100, 9) if scaled else 100.0
        self.bucket = self.burst_at_start * self.units
        self.on_its_way = None  # (minute, units)
        self.above = self.below = 0  # minutes in a row

    def begin(self, minute):
        """What was asked for comes into force, if the quota lets it."""
        if self.on_its_way and self.on_its_way[0] == minute:
            units = self.on_its_way[1]
            self.on_its_way = None
            if units < self.units and not self.quota.allows(minute):
                self.denied += 1
            else:
                if units < self.units:
                    self.quota.decreases.append(minute)
                self.units = units
                self.bucket = min(self.bucket, 300.0 * units)
                self.above = self.below = 0
        self.provisioned.append(self.units)

    def able(self):
        """Units that can be given in this minute: its own, and those of the bucket."""
        return 60.0 * self.units + self.bucket

    def end(self, asked, given):
        """Fills the bucket and looks at the alarms."""
        self.bucket = min(300.0 * self.units, self.able() - given)
        super().end(asked, given)
        if hasattr(self.policy, "target"):
            self.watch(given)

    def watch(self, given):
        """Counts minutes above and below; asks for other units."""
        supply = 60.0 * self.units
        up = self.percent * supply / 100.0
        low = (self.percent - 20.0) * supply / 100.0
        counts = given > 0 or self.policy.scale_in_at_zero
        self.above = self.above + 1 if given > up else 0
        self.below = self.below + 1 if given <= low and counts else 0
        if self.on_its_way:
            return
        needed = ceil(given * 100.0 / (60.0 * self.percent))
        needed = min(max(needed, self.minimum), self.maximum)
        if (self.above >= 2 and needed > self.units) or (self.below >= 15 and needed < self.units):
            self.on_its_way = (len(self.granted) + self.policy.lag, needed)


class OnDemand(Capacity):
    """Up to twice the highest minute that is thirty minutes old or older."""

    def begin(self, minute):  # noqa: ARG002  as provisioned ones do
        """Nothing is provisioned: what could be given, in units a second."""
        self.provisioned.append(self.able() / 60)

    def able(self):
        """Units that can be given in this minute."""
        minute = len(self.granted)
        old = self.granted[: max(0, minute - 30 + 1)]
        able = max(60.0 * self.policy.initial, 2.0 * max(old, default=0.0))
        if self.policy.maximum is not None:
            able = min(able, 60.0 * self.policy.maximum)
        return able


def simulate(parts, policies, *, minute_of_day=0, burst_at_start=300.0, retried=False):
    """The capacities after all minutes, as {part: (reads, writes)}.

    `parts` are {"table": (reads, writes), "an index": ...}, units wanted a minute; `policies` the
    same with a policy each.
    """
    capacities = {}
    for name, both in policies.items():
        quota = Quota(minute_of_day)  # one for the table, one for each index
        kind = OnDemand if isinstance(both[0], OnDemandLimits) else Provisioned
        capacities[name] = [kind(policy, quota, burst_at_start, retried=retried) for policy in both]
    for minute in range(len(parts["table"][0])):
        for name in parts:
            for capacity in capacities[name]:  # reads, then writes
                capacity.begin(minute)
        for name, (reads, _) in parts.items():
            give([(capacities[name][0], reads[minute])])
        give([(capacities[name][1], writes[minute]) for name, (_, writes) in parts.items()])
    return capacities


def give(together):
    """Gives capacities that are needed together: all of them the smallest share that one can.

    A write goes to the table and its indexes or to none of them: a starved index throttles its
    table.
    """
    asked = [capacity.asked(wanted) for capacity, wanted in together]
    able = [capacity.able() for capacity, _ in together]
    shares = [can / units if units > can else 1.0 for can, units in zip(able, asked, strict=True)]
    share = min(shares)
    for (capacity, _), units, can, own in zip(together, asked, able, shares, strict=True):
        if share == 1.0:
            given = units
        elif own == share:
            given = can
        else:
            given = min(can, units * share)
        capacity.end(units, given)
