"""The search for policies of a table and its indexes that together stay within the budget.

The search first finds a policy for each capacity alone. Then it simulates all of them together,
because an index can throttle its table, and the reads and writes of a table share a quota of
decreases. If they exceed the budget together, the search repeats with a smaller budget. After that,
it raises units.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.billed_hours import BilledHours, Hours
from cruddur_lib.costs.planning.margins import Margins
from cruddur_lib.costs.planning.modes import (
    AUTOSCALED,
    FIXED,
    ModeCost,
    highest_throttled_share,
    mode_cost,
)
from cruddur_lib.costs.planning.search import (
    SEARCH_GRID,
    Candidate,
    PolicySearch,
    Progress,
    SearchGrid,
    cost_function,
)
from cruddur_lib.costs.planning.tariffs import BillingTerms, Tariff, tariffs_of
from cruddur_lib.costs.throughput.policies import Policy, ReadsWrites, TargetTracking
from cruddur_lib.costs.throughput.simulation import Rules, simulate
from cruddur_lib.costs.traffic.workload import Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS

BUDGET_SHARES = (1.0, 0.5, 0.25, 0.0)  # of the budget, to try if parts throttle each other
RAISES = (5, 10, 20, 50, 100, 200, 400)  # percent, to try if that is not enough
ROUNDS = 4  # the most searches of parts that share a reservation


@dataclass(frozen=True, eq=False)
class RulesSearch:
    """A search over the policies of a table and its indexes."""

    workload: Workload
    book: PriceBook
    terms: BillingTerms
    progress: Progress = lambda _: None
    grid: SearchGrid = SEARCH_GRID
    also: Rules = field(default_factory=dict)  # more auto scaling policies to try

    def provisioned(self, margins: Margins, notes: dict[str, str]) -> dict[str, ModeCost]:
        """Return the modes of provisioned capacity; `notes` as for `autoscaled`."""
        modes = {FIXED: self.fixed(margins), AUTOSCALED: self.autoscaled(margins, notes)}
        return {
            name: mode_cost(name, self.workload, rules, self.book, self.terms)
            for name, rules in modes.items()
        }

    @cached_property
    def _prices(self) -> ReadsWrites[Tariff]:
        return tariffs_of(self.book, self.terms)

    @cached_property
    def _span(self) -> BilledHours:
        return BilledHours.of(self.workload)

    @cached_property
    def _capacities(self) -> ReadsWrites[dict[str, PolicySearch]]:
        """The searches for the reads of each part, and for the writes."""
        return ReadsWrites(
            *(
                {
                    part: PolicySearch(
                        self.workload,
                        part,
                        kind,
                        steady=True,
                        partial_hour=self.terms.partial_hour,
                        progress=self.progress,
                    )
                    for part in self.workload.parts
                }
                for kind in THROUGHPUT_KINDS
            )
        )

    def fixed(self, margins: Margins) -> Rules:
        """Return the smallest fixed capacities within the budget, raised by the headroom."""

        def at(budget: float) -> Rules:
            return _rules(
                margins,
                *(
                    {part: one.fixed(budget) for part, one in parts.items()}
                    for parts in self._capacities
                ),
            )

        return self._within_budget(map(at, self._budgets(margins)), margins) or at(0.0)

    def autoscaled(self, margins: Margins, notes: dict[str, str]) -> Rules:
        """Return the cheapest auto scaling within the budget, raised by the headroom.

        A capacity without demand has one fixed unit. If no policy with a lower minimum than the
        fixed units stays within the budget, the reason is added to `notes`.
        """

        def at(budget: float) -> Rules:
            return _rules(
                margins,
                *(
                    self._best_of_parts(parts, tariff, budget, margins.max_target, notes)
                    for parts, tariff in zip(self._capacities, self._prices, strict=True)
                ),
            )

        rules = self._within_budget(map(at, self._budgets(margins)), margins)
        if rules:
            return rules
        least = at(0.0)  # the capacities share the quota of decreases, which can delay units
        raised = (_raised(least, Margins(Decimal(percent))) for percent in RAISES)
        rules = self._within_budget(raised, margins)
        if rules:
            return rules
        kept = (
            {
                part: self._scaled_from_fixed(one, 0.0, margins.max_target)
                for part, one in parts.items()
            }
            for parts in self._capacities
        )
        return _rules(margins, *kept)

    @staticmethod
    def _budgets(margins: Margins) -> list[float]:
        return [share * margins.max_throttled for share in BUDGET_SHARES]

    def _within_budget(self, candidates: Iterable[Rules], margins: Margins) -> Rules | None:
        """Return the first rules with which all capacities together stay within the budget."""
        for rules in candidates:
            served = simulate(self.workload, rules, steady=True)
            if highest_throttled_share(served.parts) <= margins.max_throttled:
                return rules
        return None

    def _best_of_parts(
        self,
        parts: dict[str, PolicySearch],
        tariff: Tariff,
        budget: float,
        max_target: int,
        notes: dict[str, str],
    ) -> dict[str, Candidate]:
        """Return the best policy of each part, given the policies of the other parts.

        The parts share the free tier and the reservation, so the best policy of one part depends
        on the policies of the other parts.
        """
        best: dict[str, Candidate] = {}
        shared = tariff.free_unit_hours or tariff.reservation or tariff.owned
        for _ in range(ROUNDS if len(parts) > 1 and shared else 1):
            before = {part: one.policy for part, one in best.items()}
            for part, capacity in parts.items():
                others = sum(one.hours for name, one in best.items() if name != part)
                cost_of = cost_function(tariff, self._span, others)
                best[part] = self._best_of(capacity, budget, cost_of, max_target, notes)
            if before == {part: one.policy for part, one in best.items()}:
                break
        return best

    def _best_of(
        self,
        capacity: PolicySearch,
        budget: float,
        cost_of: Callable[[Hours], Hours],
        max_target: int,
        notes: dict[str, str],
    ) -> Candidate:
        """Return the best policy of one capacity."""
        fixed = capacity.fixed(budget)
        if not fixed.in_demand:
            return fixed
        pair = self.also.get(capacity.part)
        also = [one for one in [pair and pair.of(capacity.kind)] if isinstance(one, TargetTracking)]
        found = capacity.autoscaled(budget, cost_of, max_target, self.grid, also)
        if found:
            return found
        smallest = capacity.smallest_fixed(budget)
        minutes = capacity.longest_peak(smallest - 1)
        notes[AUTOSCALED] = (
            "no auto scaling policy below the fixed units stays within the budget: "
            f"peaks last {minutes} minute{'s' if minutes > 1 else ''} at most"
        )
        return self._scaled_from_fixed(capacity, budget, max_target)

    def _scaled_from_fixed(
        self, capacity: PolicySearch, budget: float, max_target: int
    ) -> Candidate:
        """Return auto scaling whose minimum is the smallest fixed capacity within the budget."""
        policy = capacity.tracking(max_target / 100, capacity.smallest_fixed(budget))
        hours = capacity.under(policy).hours(capacity.partial_hour)
        return Candidate(policy, hours[: self._span.count], bool(capacity.demand.any()))


def _rules(margins: Margins, reads: dict[str, Candidate], writes: dict[str, Candidate]) -> Rules:
    """Return the policies of reads and writes by part; used capacities get their headroom."""

    def policy(one: Candidate) -> Policy:
        return margins.raised(one.policy) if one.in_demand else one.policy

    return {part: ReadsWrites(policy(reads[part]), policy(writes[part])) for part in reads}


def _raised(rules: Rules, margins: Margins) -> Rules:
    """Return the rules with the units of auto scaling raised."""
    return {
        part: ReadsWrites[Policy](
            *(margins.raised(one) if isinstance(one, TargetTracking) else one for one in pair)
        )
        for part, pair in rules.items()
    }
