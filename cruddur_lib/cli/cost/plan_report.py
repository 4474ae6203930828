"""The output of bin/cost/plan: a plan as text for people, and as JSON for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from cruddur_lib.costs.billing.conventions import ZERO, money
from cruddur_lib.costs.planning.aws_commands import LiveTable
from cruddur_lib.costs.planning.certainty.confidence import Confidence, ModeConfidence, NotSure
from cruddur_lib.costs.planning.fleet import Fleet, together_usd
from cruddur_lib.costs.planning.modes import ModeCost
from cruddur_lib.costs.planning.planner import Plan, worst_share
from cruddur_lib.costs.planning.sensitivity import TurningPoint
from cruddur_lib.costs.throughput.policies import Fixed, Policy, ReadsWrites, TargetTracking
from cruddur_lib.text import aligned

HEADS = (
    "mode",
    "USD a month",
    "upfront USD",
    "throttled",
    "utilization: reads, writes",
    "reason",
)
FLEET_HEADS = ("table", "mode", "USD a month", "today", "saving")


@dataclass(frozen=True, eq=False)
class PlanAnswer:
    """The plan of one table, and everything else that the script prints about it."""

    table: str  # "" if the files do not name it
    plan: Plan
    report: Sequence[str]  # how the files were read
    warnings: Sequence[str]
    classes: Mapping[str, Decimal]  # USD a month of the best mode, by table class
    live: LiveTable
    today: ModeCost | None
    points: Sequence[TurningPoint]
    before: Sequence[str]  # what to know before you run the commands
    blocked: str  # why there can be no commands for any mode
    confidence: Confidence | NotSure | None
    chosen: ModeCost | None = None  # the plan's best, or what a fleet takes instead
    saving: Decimal | None = None  # USD a month, if today's setting is known
    commands: Sequence[str] = ()
    refusal: str = ""  # why there are no commands


def as_json(answer: PlanAnswer) -> dict[str, Any]:
    """Return the plan for other programs, with USD as strings of all digits."""
    plan, edge = answer.plan, answer.plan.best_without_margin
    return {
        "table": answer.table,
        "region": plan.book.region,
        "on": str(plan.book.on),
        "free_tier": plan.terms.free_tier,
        "hour_billed": plan.terms.partial_hour.value,
        "max_throttled": plan.margins.max_throttled,
        "headroom_percent": float(plan.margins.headroom),
        "max_target_percent": plan.margins.max_target,
        "table_class": plan.terms.table_class.value,
        "table_classes": {name: _money(usd) for name, usd in answer.classes.items()},
        "traffic": list(answer.report),
        "warnings": list(answer.warnings),
        "best": answer.chosen.name if answer.chosen else None,
        "modes": {name: _mode(plan, name) for name in plan.outcomes},
        "without_margin": edge and {"mode": edge.name, "usd_a_month": money(edge.usd_a_month)},
        "today": answer.today and _cost(answer.today),
        "saving_usd_a_month": None if answer.saving is None else _money(answer.saving),
        "break_even": _break_even(plan)._asdict(),
        "flips": [asdict(point) for point in answer.points],
        "confidence": _sure(answer),
        "commands": list(answer.commands),
        "before_commands": list(answer.before),
        "no_commands_because": answer.refusal or None,
    }


def fleet_json(together: Fleet, answers: Mapping[str, PlanAnswer]) -> dict[str, Any]:
    """Return the plans of all tables, and their totals."""
    tables = {name: as_json(answer) for name, answer in answers.items()}
    for name, made in tables.items():
        made["mode_in_fleet"] = together.modes.get(name)
    kept = together.provisioned.reserved if together.provisioned else None
    today = _total_today(answers)
    return {
        "tables": tables,
        "total": {
            "usd_a_month": money(together.usd_a_month),
            "upfront_usd": money(
                together.provisioned.upfront_usd if together.provisioned else ZERO
            ),
            "reserved": kept and {"years": kept.years, "rcu": int(kept.rcu), "wcu": int(kept.wcu)},
            "today_usd_a_month": None if today is None else money(today),
            "saving_usd_a_month": None if today is None else _money(today - together.usd_a_month),
        },
    }


def as_text(answer: PlanAnswer) -> Iterator[str]:
    """Yield the lines of a plan for people, with USD rounded to cents."""
    plan = answer.plan
    yield from answer.report
    yield from answer.warnings
    yield from _terms(plan)
    yield ""
    yield from aligned([HEADS, *(_row(plan, name) for name in plan.outcomes)], {1, 2, 3})
    yield ""
    budget = f"at most {plan.margins.max_throttled:.4%} throttled"
    if plan.best is None:
        yield f"no mode stays within the throttling budget, which is {budget}"
    else:
        yield f"cheapest with {budget}: {plan.best.name}"
        yield from _rules(plan.best)
    yield from _comparisons(answer)
    yield from _sure_lines(answer)
    yield ""
    for kind, share in _break_even(plan)._asdict().items():
        yield f"break-even of {kind}: provisioned units are cheaper above {share:.1%} utilization"
    yield from map(str, answer.points)
    yield ""
    yield from _commands(answer)


def fleet_text(together: Fleet, answers: Mapping[str, PlanAnswer]) -> Iterator[str]:
    """Yield the lines of a fleet's plan: a row for each table, the largest saving first."""
    some = next(iter(answers.values()))
    yield from dict.fromkeys(
        f"{name}: {line}" for name, answer in answers.items() for line in answer.report[:1]
    )
    yield from dict.fromkeys(line for answer in answers.values() for line in answer.warnings)
    yield from _terms(some.plan)
    yield ""
    ranked = sorted(answers.values(), key=lambda one: (-(one.saving or ZERO), -_usd(one)))
    yield from aligned([FLEET_HEADS, *(_fleet_row(together, one) for one in ranked)], {2, 3, 4})
    yield ""
    yield f"all tables: {together.usd_a_month:,.2f} USD a month"
    if (today := _total_today(answers)) is not None:
        saving = today - together.usd_a_month
        yield f"  today: {today:,.2f} USD a month; saving: {saving:,.2f} USD a month"
    if together.provisioned and (kept := together.provisioned.reserved):
        yield (
            f"  reserved for {kept.years} year(s), to buy in the console: {kept.rcu:,f} RCU, "
            f"{kept.wcu:,f} WCU, {together.provisioned.upfront_usd:,.2f} USD upfront"
        )
    for one in ranked:
        yield ""
        none = "no mode stays within the throttling budget"
        yield f"{one.table}: {together.modes.get(one.table, none)}"
        if one.chosen:
            yield from _rules(one.plan.outcomes[together.modes[one.table]])
        yield from _commands(one)


def _terms(plan: Plan) -> Iterator[str]:
    free = "with the free tier" if plan.terms.free_tier else "without the free tier"
    yield (
        f"{plan.workload.minutes:,} minutes from {plan.workload.start:%Y-%m-%d %H:%M} UTC; "
        f"{plan.book.region}, prices of {plan.book.on}, {free}; an hour is billed at "
        f"{plan.terms.partial_hour.value}; a month has 730 hours"
    )
    yield (
        f"headroom: units are raised by {plan.margins.headroom:f} %, and a target is at most "
        f"{plan.margins.max_target} %"
    )


def _comparisons(answer: PlanAnswer) -> Iterator[str]:
    """Yield the cost of the headroom, of each table class, and of today's setting."""
    plan, best = answer.plan, answer.plan.best
    if best and (edge := plan.best_without_margin) and edge.usd_a_month < best.usd_a_month:
        saved = best.usd_a_month - edge.usd_a_month
        yield (
            f"without headroom: {edge.name} for {edge.usd_a_month:,.2f} USD, {saved:,.2f} less; it "
            "only just serves this traffic, and throttles as soon as the traffic grows"
        )
    if len(answer.classes) > 1:
        usd = "; ".join(f"{name} {one:,.2f} USD" for name, one in answer.classes.items())
        chosen = plan.terms.table_class.value
        yield f"table class: {chosen} ({usd}; AWS allows two changes in 30 days)"
    if answer.today is None:
        return
    throttled = (
        ""
        if plan.within_budget(answer.today)
        else (f"; it throttles {worst_share(answer.today)}, which exceeds the throttling budget")
    )
    yield f"today: {answer.today.usd_a_month:,.2f} USD a month{throttled}"
    if answer.saving is not None:
        yield f"saving: {answer.saving:,.2f} USD a month"


def _sure(answer: PlanAnswer) -> dict[str, Any] | None:
    """Return the interval of each mode's bill for other programs."""
    found = answer.confidence
    if found is None:
        return None
    if isinstance(found, NotSure):
        return {"unknown_because": found.reason}
    modes = {}
    for name, one in found.modes.items():
        low, high = _interval(answer.plan.outcomes[name], one)
        modes[name] = {
            "low_usd_a_month": money(low),
            "high_usd_a_month": money(high),
            "breaking_years": one.breaking_years,
            "exact": one.is_exact,
        }
    return {"level": found.level, "years": found.years, "days": found.days, "modes": modes}


def _sure_lines(answer: PlanAnswer) -> Iterator[str]:
    """Yield the interval of each mode's bill for people."""
    found = answer.confidence
    if found is None:
        return
    yield ""
    if isinstance(found, NotSure):
        yield f"confidence: no interval, because {found.reason}"
        return
    yield (
        f"confidence: with a probability of {found.level:.0%}, a month's bill is in the interval; "
        f"{found.days} days were combined into {found.years:,} years"
    )
    rows = [("mode", "from", "to", "years over the throttling budget")]
    for name, one in found.modes.items():
        low, high = _interval(answer.plan.outcomes[name], one)
        rows.append((name, f"{low:,.2f}", f"{high:,.2f}", f"{one.breaking_years:.2%}"))
    yield from aligned(rows, {1, 2, 3})


def _interval(mode: ModeCost, sure: ModeConfidence) -> tuple[Decimal, Decimal]:
    """Return the interval, including alarms and storage, which cost the same each month."""
    rest = (mode.alarms_usd or ZERO) + mode.storage_usd
    return sure.low_usd + rest, sure.high_usd + rest


def _commands(answer: PlanAnswer) -> Iterator[str]:
    if answer.refusal:
        yield f"no commands: {answer.refusal}"
    elif not answer.commands:
        yield "no commands: the table already has this setting"
    else:
        yield "commands (read them before you run them):"
        yield from (f"# {line}" for line in answer.before)
    yield from answer.commands


def _rules(one: ModeCost) -> Iterator[str]:
    for part, pair in one.rules.items():
        for kind, policy in pair._asdict().items():
            yield f"  {part}, {kind}: {_in_words(policy)}"
    if (reserved := one.reserved) and (reserved.rcu or reserved.wcu):
        yield (
            f"  reserved for {reserved.years} year(s), to buy in the console: "
            f"{reserved.rcu:,f} RCU, {reserved.wcu:,f} WCU"
        )
    if one.alarms:
        usd = "price unknown" if one.alarms_usd is None else f"{one.alarms_usd:,.2f} USD a month"
        yield f"  {one.alarms} CloudWatch alarms: {usd}"


def _row(plan: Plan, name: str) -> tuple[str, ...]:
    one = plan.outcomes[name]
    used = one.utilization
    return (
        name,
        f"{one.usd_a_month:,.2f}",
        f"{one.upfront_usd:,.2f}",
        f"{one.throttled_share:.4%}",
        f"{used.reads:.1%}, {used.writes:.1%}" if used else "",
        plan.reason(name),
    )


def _fleet_row(together: Fleet, one: PlanAnswer) -> tuple[str, ...]:
    mode = together.modes.get(one.table)
    usd = f"{one.plan.outcomes[mode].usd_a_month:,.2f}" if mode else ""
    today = f"{one.today.usd_a_month:,.2f}" if one.today else ""
    saving = "" if one.saving is None else f"{one.saving:,.2f}"
    return one.table, mode or "none fits", usd, today, saving


def _mode(plan: Plan, name: str) -> dict[str, Any]:
    one = plan.outcomes[name]
    return {**_cost(one), "reason": plan.reason(name)}


def _cost(one: ModeCost) -> dict[str, Any]:
    worst, kept = one.worst, one.reserved
    return {
        "usd": money(one.usd),
        "usd_a_month": money(one.usd_a_month),
        "upfront_usd": money(one.upfront_usd),
        "alarms": one.alarms,
        "alarms_usd_a_month": None if one.alarms_usd is None else money(one.alarms_usd),
        "storage_usd_a_month": money(one.storage_usd),
        "throttled_share": one.throttled_share,
        "worst_minute": worst
        and {**vars(worst), "kind": worst.kind.plural, "time": worst.time.isoformat()},
        "used": one.utilization._asdict() if one.utilization else None,
        "reserved": kept and {"years": kept.years, "rcu": int(kept.rcu), "wcu": int(kept.wcu)},
        "rules": {
            part: {kind: _rule(policy) for kind, policy in pair._asdict().items()}
            for part, pair in one.rules.items()
        },
    }


def _rule(policy: Policy) -> dict[str, Any]:
    match policy:
        case Fixed(units):
            return {"units": units}
        case TargetTracking(minimum, maximum):
            return {"minimum": minimum, "maximum": maximum, "target_percent": policy.percent}
    return {"on_demand": True, "maximum": policy.maximum}


def _in_words(policy: Policy) -> str:
    match policy:
        case Fixed(units):
            return f"{units:,} unit{'s' if units > 1 else ''}"
        case TargetTracking(minimum, maximum):
            return f"{minimum:,} to {maximum:,} units, target {policy.percent:g} %"
    return "paid per request"


def _break_even(plan: Plan) -> ReadsWrites[float]:
    return ReadsWrites(*(float(tariff.break_even) for tariff in plan.tariffs))


def _money(usd: Decimal) -> str:
    """Return USD with all digits; an infinite amount is "unknown"."""
    if not usd.is_finite():
        return "unknown"
    return f"-{money(-usd)}" if usd < 0 else money(usd)


def _usd(one: PlanAnswer) -> Decimal:
    return one.chosen.usd_a_month if one.chosen else ZERO


def _total_today(answers: Mapping[str, PlanAnswer]) -> Decimal | None:
    """Return what all tables cost together today; None unless each setting is known."""
    today = [one.today for one in answers.values() if one.today]
    if len(today) < len(answers):
        return None
    plan = next(iter(answers.values())).plan
    return together_usd(today, plan, replace(plan.terms, reserved=None))
