"""bin/cost/plan: find the cheapest capacity mode for measured traffic, and when it changes."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from tqdm import tqdm

from cruddur_lib.cli.cost import plan_report
from cruddur_lib.cli.cost.plan_arguments import ON_DEMAND_NOW, CurrentSetting, parse
from cruddur_lib.cli.cost.plan_report import PlanAnswer
from cruddur_lib.cli.cost.table_description import TableDescription, read_description
from cruddur_lib.cli.script import Arguments, output, run_question
from cruddur_lib.costs.billing.price_book import HOME, PriceBook
from cruddur_lib.costs.billing.price_files import known_prices
from cruddur_lib.costs.billing.usage import TableClass
from cruddur_lib.costs.planning.aws_commands import LiveTable, aws_commands
from cruddur_lib.costs.planning.certainty.confidence import Confidence, NotSure, confidence
from cruddur_lib.costs.planning.fleet import fleet
from cruddur_lib.costs.planning.margins import Margins
from cruddur_lib.costs.planning.modes import ModeCost, mode_cost
from cruddur_lib.costs.planning.planner import OnDemandRules, Plan, cheapest
from cruddur_lib.costs.planning.search import Progress
from cruddur_lib.costs.planning.sensitivity import turning_points
from cruddur_lib.costs.planning.tariffs import BillingTerms
from cruddur_lib.costs.throughput.policies import Fixed, Policy, ReadsWrites
from cruddur_lib.costs.throughput.simulation import Rules, new_table, warm_table
from cruddur_lib.costs.traffic.cloudwatch import MeasuredTraffic, read_cloudwatch
from cruddur_lib.costs.traffic.report import duration
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY, MINUTES_PER_HOUR
from cruddur_lib.costs.traffic.workload import TABLE_PART, Workload
from cruddur_lib.errors import WorkbookError

NAME = "bin/cost/plan"
DAYS = 14  # the least traffic that a plan should see
QUOTA = 40_000  # units a second of a table, by default: AWS, "Quotas in Amazon DynamoDB"
CENT = Decimal("0.005")  # USD: less is no saving


@dataclass(frozen=True)
class PlanQuestion:
    """The arguments of a call, and the contents of its files."""

    arguments: Arguments
    now: datetime
    traffic: MeasuredTraffic
    descriptions: Mapping[str, TableDescription]
    book: PriceBook
    terms: BillingTerms
    margins: Margins


def run(usage: str, words: list[str] | None = None, now: datetime | None = None) -> int:
    """Print a plan and return the exit code: 0, or 2 for a wrong call or file.

    Args:
        usage: the text of `--help`.
        words: the arguments, by default those of the command line.
        now: the present time in UTC, by default that of the clock. Without `--on`, its day is the
            day of the prices.
    """
    given = sys.argv[1:] if words is None else words
    return run_question(NAME, lambda: _answer(usage, given, now or datetime.now(UTC)))


def _answer(usage: str, words: list[str], now: datetime) -> None:
    question = _question(parse(usage, words), now)
    arguments = question.arguments
    tables = _tables(question)
    bar = partial(tqdm, desc="planning", delay=1, leave=False, disable=None)  # only on a terminal
    if not arguments.all:
        ((name, key),) = tables.items()
        with bar(unit=" policies") as tried:
            one = _table_answer(question, name, key, tried.update)
        if arguments.json:
            output(json.dumps(plan_report.as_json(one), indent=2))
        else:
            output("\n".join(plan_report.as_text(one)))
        return
    answers = {
        name: _table_answer(question, name, key)
        for name, key in bar(tables.items(), unit=" tables")
    }
    together = fleet({name: one.plan for name, one in answers.items()})
    for name, mode in together.modes.items():
        answers[name] = _decided(answers[name], answers[name].plan.outcomes[mode], arguments)
    if arguments.json:
        output(json.dumps(plan_report.fleet_json(together, answers), indent=2))
    else:
        output("\n".join(plan_report.fleet_text(together, answers)))


def _question(arguments: Arguments, now: datetime) -> PlanQuestion:
    """Read the files that the arguments name."""
    described = [read_description(path) for path in arguments.describe]
    traffic = read_cloudwatch(
        *arguments.files,
        time_zone=arguments.time_zone,
        period=arguments.period,
        columns=dict(arguments.column),
        start=arguments.start,
        end=arguments.end,
        idle=arguments.idle,
    )
    _check_descriptions(arguments, described, traffic)
    regions = [arguments.region, *(one.region for one in described), HOME]
    book = PriceBook(
        next(filter(None, regions)),
        on=arguments.on or now.date(),
        estimates=frozenset(arguments.estimate),
        price_list=known_prices(arguments.prices),
    )
    terms = BillingTerms(
        reserved=arguments.reserved,
        free_tier=arguments.free_tier,
        owned=arguments.owned,
        savings_plan=arguments.savings_plan,
        storage_gb=arguments.storage_gb,
        table_class=described[0].table_class if len(described) == 1 else TableClass.STANDARD,
    )
    margins = Margins(arguments.headroom, arguments.max_target, arguments.max_throttled)
    described_by_name = {one.name: one for one in described}
    return PlanQuestion(arguments, now, traffic, described_by_name, book, terms, margins)


def _check_descriptions(
    arguments: Arguments, described: list[TableDescription], traffic: MeasuredTraffic
) -> None:
    """Refuse descriptions that contradict each other, the files or the options.

    Raises:
        WorkbookError: a description is of a table that is not planned, of a table that has
            another, or of another Region; or one of several tables is Standard-IA.
    """
    names = [one.name for one in described]
    planned = [arguments.table] if arguments.table else [*traffic.tables]
    for name in names:
        if names.count(name) > 1:
            raise WorkbookError(f"--describe: two files describe the table {name}")
        if planned != [""] and name not in planned:
            raise WorkbookError(
                f"--describe: the table {name} is not planned; the plan is for {', '.join(planned)}"
            )
    regions = {one.region for one in described if one.region} | {arguments.region} - {None}
    if len(regions) > 1:
        raise WorkbookError(
            f"--describe and --region name several Regions, {' and '.join(sorted(regions))}: plan "
            "the tables of each Region by themselves"
        )
    other = [one.name for one in described if one.table_class is TableClass.STANDARD_IA]
    if other and arguments.all:
        raise WorkbookError(
            f"--all: the table {other[0]} is Standard-IA, which shares neither the free tier nor "
            "reserved capacity: plan it by itself with --table"
        )


def _tables(question: PlanQuestion) -> dict[str, str]:
    """Return the tables to plan: the name of each one, and its name in the files."""
    tables, name = question.traffic.tables, question.arguments.table
    if question.arguments.all:
        return {table: table for table in tables}
    if list(tables) == [""]:
        described = list(question.descriptions) if len(question.descriptions) == 1 else []
        return {name or "".join(described): ""}
    if name is None:
        _ = question.traffic.workload  # raises if there are several
        return {table: table for table in tables}
    if name not in tables:
        known = ", ".join(tables)
        raise WorkbookError(f"--table {name}: the files do not have this table; they have: {known}")
    return {name: name}


def _table_answer(
    question: PlanQuestion, name: str, key: str, progress: Progress = lambda _: None
) -> PlanAnswer:
    """Return the plan of one table, the cost of today's setting, and the commands.

    Args:
        question: the arguments and the contents of the files.
        name: the table's name, or "" if it is unknown.
        key: the table's name in the files, or "" if they do not name it.
        progress: a function that is called with the number of policies tried since the last call.
    """
    arguments, workload = question.arguments, question.traffic.tables[key]
    _check_length(workload)
    described = question.descriptions.get(name)
    on_demand = _on_demand(arguments, described)
    current = _current(arguments.current, described, workload, on_demand)
    plan = cheapest(
        workload,
        question.book,
        question.margins,
        question.terms,
        on_demand=on_demand,
        progress=progress,
    )
    classes = _classes(plan)
    plan = min(classes.values(), key=_usd)
    live = LiveTable(
        name,
        question.book.region,
        current,
        described.table_class if described else TableClass.STANDARD,
        measured_now=question.now - _end(workload) < timedelta(hours=1),
    )
    answer = PlanAnswer(
        table=name,
        plan=plan,
        live=live,
        report=question.traffic.report.of(key),
        warnings=list(_warnings(plan)),
        classes={kind.value: _usd(one) for kind, one in classes.items()},
        today=_today(current, plan, described),
        confidence=_confidence(plan, arguments.confidence),
        points=[] if arguments.all else turning_points(plan, arguments.item_bytes),
        before=list(_before(live, arguments.current)),
        blocked=_refusal(name, workload, described, plan),
    )
    return _decided(answer, plan.best, arguments)


def _decided(answer: PlanAnswer, chosen: ModeCost | None, arguments: Arguments) -> PlanAnswer:
    """Return the answer with the saving and the commands of a mode.

    Args:
        answer: the plan of one table.
        chosen: the mode, which may be another than the plan's best in a fleet; None if none fits.
        arguments: the command line.
    """
    today, plan = answer.today, answer.plan
    saving = today.usd_a_month - chosen.usd_a_month if today and chosen else None
    refusal = answer.blocked
    keeps = saving is not None and saving < max(arguments.min_savings, CENT)
    if keeps and today and plan.within_budget(today):
        refusal = refusal or (
            "today's setting stays, because the plan saves less than "
            f"{max(arguments.min_savings, 2 * CENT):,.2f} USD a month"
        )
    commands = []
    if chosen and not refusal:
        table_class = plan.terms.table_class if len(answer.classes) > 1 else None
        commands = aws_commands(
            chosen.rules, answer.live, workload=plan.workload, table_class=table_class
        )
    return replace(answer, chosen=chosen, saving=saving, commands=commands, refusal=refusal)


def _confidence(plan: Plan, percent: Decimal | None) -> Confidence | NotSure | None:
    """Return the certainty of the plan if `--confidence` asks for it."""
    if percent is None:
        return None
    modes = {name: one.rules for name, one in plan.outcomes.items() if one.rules}
    level, budget = float(percent) / 100, plan.margins.max_throttled
    return confidence(plan.workload, modes, plan.tariffs, level=level, budget=budget)


def _check_length(workload: Workload) -> None:
    if workload.minutes < MINUTES_PER_HOUR:
        raise WorkbookError(
            f"the traffic lasts {duration(workload.minutes)}; a plan needs at least 1 hour, better "
            f"{DAYS} days; if the table was idle before or after, use --start and --end"
        )


def _end(workload: Workload) -> datetime:
    return workload.start + timedelta(minutes=workload.minutes)


def _before(live: LiveTable, said: CurrentSetting | None) -> Iterator[str]:
    """Yield what the owner of a live table must know before running the commands."""
    if live.rules is None:
        yield "today's setting is unknown: use --current or --describe"
    if live.rules is None or said is None:
        yield "if auto scaling is on today, use --current auto ..., so that the commands end it"
    if not live.measured_now:
        yield "the traffic ended more than an hour ago: the units serve its busiest minute"


def _usd(plan: Plan) -> Decimal:
    return plan.best.usd_a_month if plan.best else Decimal("Infinity")


def _classes(plan: Plan) -> dict[TableClass, Plan]:
    """Return the plan for each table class, or only for the plan's own if storage is unknown."""
    if plan.terms.storage_gb is None:
        return {plan.terms.table_class: plan}
    return {kind: plan.in_class(kind) for kind in TableClass}


def _on_demand(arguments: Arguments, described: TableDescription | None) -> OnDemandRules:
    """Return the function that gives on-demand mode its limits."""
    none: ReadsWrites[int | None] = ReadsWrites(None, None)
    maximum = arguments.max_throughput or (described.maximum if described else none)
    if arguments.new_table:
        return partial(new_table, maximum=maximum)
    return partial(warm_table, warm=arguments.warm, maximum=maximum)


def _current(
    said: CurrentSetting | None,
    described: TableDescription | None,
    workload: Workload,
    on_demand: OnDemandRules,
) -> Rules | None:
    """Return the table's policies today; None if they are unknown."""
    if said and said.text == ON_DEMAND_NOW:
        return on_demand(workload)
    if said and said.text.startswith("auto") and said.policies:
        return dict.fromkeys(workload.parts, said.policies)
    if said and workload.indexes:
        raise WorkbookError(
            f"--current {said.text} gives no units for the index {next(iter(workload.indexes))}: "
            "use --describe with the JSON of `aws dynamodb describe-table`"
        )
    if said and said.policies:
        return {TABLE_PART: said.policies}
    if described is None or described.on_demand is None:
        return None
    if described.on_demand:
        return on_demand(workload)
    if missing := sorted(workload.parts.keys() - described.provisioned.keys()):
        raise WorkbookError(
            f"--describe: the table {described.name} has no index {missing[0]}, but the files "
            "have metrics for it: describe the table again, or leave out that index"
        )
    return {
        part: ReadsWrites[Policy](*(Fixed(max(1, units)) for units in described.provisioned[part]))
        for part in workload.parts
    }


def _today(
    current: Rules | None, plan: Plan, described: TableDescription | None
) -> ModeCost | None:
    """Return what the table costs today."""
    if current is None:
        return None
    table_class = described.table_class if described else TableClass.STANDARD
    terms = replace(plan.terms, table_class=table_class, reserved=None)
    return mode_cost("today", plan.workload, current, plan.book, terms)


def _refusal(name: str, workload: Workload, described: TableDescription | None, plan: Plan) -> str:
    """Return why the plan prints no commands; "" if it can print them."""
    if plan.best is None:
        return "no mode stays within the throttling budget"
    if not name:
        return "the files do not name the table: use --table NAME"
    if described:
        indexes = {index.name for index in described.schema.indexes if not index.local}
        if missing := sorted(indexes - workload.indexes.keys()):
            return (
                f"the table has the index {missing[0]}, but the files have no metrics for it: "
                "measure it too (see bin/cost/metrics-query)"
            )
        if gone := sorted(workload.indexes.keys() - indexes):
            return f"the files have metrics for the index {gone[0]}, which the table doesn't have"
    return ""


def _warnings(plan: Plan) -> Iterator[str]:
    """Yield warnings about what makes the plan less certain."""
    minutes = plan.workload.minutes
    if minutes < DAYS * MINUTES_PER_DAY:
        yield f"warning: only {duration(minutes)} of traffic; a plan should see {DAYS} days"
    if plan.best is None:
        return
    if any(one.alarms_usd is None for one in plan.outcomes.values()):
        yield (
            f"warning: the costs leave out CloudWatch alarms, because their price in "
            f"{plan.book.region} is unknown; to choose a mode, the plan takes that of {HOME}"
        )
    most = max(
        (
            policy.units if isinstance(policy, Fixed) else policy.maximum or 0
            for pair in plan.best.rules.values()
            for policy in pair
        ),
        default=0,
    )
    if most > QUOTA:
        yield (
            f"warning: {most:,} units are above AWS's default quota of {QUOTA:,} units a second "
            "for the reads or the writes of a table: ask AWS for a higher quota first"
        )
