import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import {
  type BudgetName,
  type IntervalLimit,
  pollKindRecords,
  pollKindsByArea,
  getSubscriptionId,
} from '#lib/contract/index.ts'
import { formatPollKind } from '#lib/contract/words/index.ts'
import { type ApiPollKindInterval, type SetupResult, createSetupResult } from '#lib/contract/words/setup-checks.ts'
import type { PollLoad } from '#lib/history/index.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'
import {
  parseBudgetName,
  computeBudgetCapacities,
  type PostCountingSetting,
  computePollDemands,
  computePollIntervalsWithinLimits,
  type PollPlanSettings,
  type LimitedPollInterval,
} from '#lib/poller/index.ts'

/** A planned poll with its measured duration. */
export interface TimedPoll extends Pick<PollLoad, 'resourceId' | 'kind' | 'everySeconds' | 'region'> {
  /** duration of the poll in seconds; null = not measured */
  seconds: number | null
  /**
   * current interval according to the plan of the running workers; absent = the workers have not planned yet, so the
   * check itself plans the interval from the measured durations
   */
  inForce?: IntervalInForce
}

/** Interval of a poll in the schedule, its reason, and the shortest outage that is certain to be detected. */
type IntervalInForce = Pick<LimitedPollInterval, 'seconds' | 'limitedBy' | 'floorSeconds'> & {
  budget: BudgetName | null
}

/**
 * Settings that determine the request budgets. By default, there is one identity, and it is unknown whether Azure's
 * network provider counts POST requests.
 */
export type BudgetSettings = Pick<PollPlanSettings, 'countsPosts' | 'identitiesOf'>
const USUAL: BudgetSettings = { countsPosts: 'learn', identitiesOf: () => [DEFAULT_IDENTITY] }

/** Kinds of polls whose intervals are listed, because events depend on them. */
const SHOWN = pollKindsByArea.filter((kind) => pollKindRecords[kind].area !== 'other')

const limitLabels: Readonly<Record<Exclude<IntervalLimit, 'budget'>, string>> = {
  lock: 'Azure runs one diagnostic operation at a time on a resource',
  run_time: 'a poll takes longer than its interval',
}
const budgetLabels: Readonly<Record<BudgetName, string>> = {
  'arm.reads': 'Azure Resource Manager’s budget of reads',
  'arm.writes': 'Azure Resource Manager’s budget of actions',
  'network.reads': 'Microsoft.Network’s budget of reads in a region',
  'network.writes': 'Microsoft.Network’s budget of actions in a region',
}

interface Planned {
  poll: TimedPoll
  plan: Omit<IntervalInForce, 'budget'> | undefined
  budget: BudgetName | null
}

/**
 * Returns the setup check of poll intervals. For each kind of poll it contains the interval and the detection floor
 * (shortest outage that is certain to be detected) of the plan in force. Before workers have a plan, the
 * same planner as in workers computes them from the measured durations, from Azure's rule of one operation at a time on
 * a resource, and from the documented request budgets.
 */
export function checkPollIntervals(polls: readonly TimedPoll[], settings: BudgetSettings = USUAL): SetupResult {
  if (polls.length === 0) return createSetupResult('intervals', 'skip', 'Nothing is planned yet.')
  const forecast = plannedBy(polls, settings)
  const planned = forecast.map((one): Planned => {
    const { inForce } = one.poll
    return inForce ? { poll: one.poll, plan: inForce, budget: inForce.budget } : one
  })
  const intervals = intervalsOf(planned, ifCounted(polls, forecast, settings))
  const lines = linesOf(intervals)
  const reasons = new Set(planned.flatMap((one) => reasonOf(one) ?? []))
  if (reasons.size === 0)
    return createSetupResult('intervals', 'pass', 'The configured intervals fit.', { lines, intervals })
  const why = [...reasons].join('; ')
  return createSetupResult('intervals', 'warn', `Some intervals are longer than configured: ${why}.`, {
    lines,
    intervals,
    remedy:
      'Sessions are lengthened last. To decide yourself what is polled less often, set longer intervals (POLL_*_EVERY).',
  })
}

function plannedBy(polls: readonly TimedPoll[], { countsPosts, identitiesOf }: BudgetSettings): Planned[] {
  const loads = polls.map(loadOf)
  const demands = computePollDemands(loads)
  const learned = { countsPosts: countsPosts === 'yes', hourly: [] }
  const { polls: plans } = computePollIntervalsWithinLimits(
    demands,
    computeBudgetCapacities(loads, learned, identitiesOf),
  )
  return polls.map((poll, i) => {
    const plan = plans.get(demands[i]?.key ?? '')
    return { poll, plan, budget: plan?.budget ? parseBudgetName(plan.budget) : null }
  })
}

/**
 * Returns a planned poll in the form that the planner needs. The planner is told that Azure has reported every budget,
 * and that metrics are read for many resources at once.
 */
function loadOf({ resourceId, kind, everySeconds, seconds, region }: TimedPoll, index: number): PollLoad {
  return {
    sourceId: index,
    kind,
    resourceId,
    subscriptionId: getSubscriptionId(resourceId),
    region: region?.toLowerCase() ?? null,
    // Azure runs only one operation at a time on a resource.
    resource: pollKindDefinitions[kind].operation ? resourceId.toLowerCase() : null,
    configuredSeconds: everySeconds,
    everySeconds,
    reason: null,
    burstSeconds: null,
    run: seconds === null ? null : { mean: seconds, p95: seconds },
    isNeeded: false,
    budget: kind === 'metrics' ? null : { remainingReads: 0, remainingWrites: 0, remainingNetworkReads: 0 },
    refusedBy: null,
  }
}

function reasonOf({ plan, budget }: Planned): string | null {
  if (!plan?.limitedBy) return null
  if (plan.limitedBy !== 'budget') return limitLabels[plan.limitedBy]
  return budget && budgetLabels[budget]
}

/**
 * Returns the intervals that would be necessary if Azure counted diagnostic POST requests against the request budgets.
 * Null if it is already known whether Azure counts them, or if no interval would become longer.
 */
function ifCounted(
  polls: readonly TimedPoll[],
  forecast: readonly Planned[],
  { countsPosts, identitiesOf }: BudgetSettings,
): Planned[] | null {
  if (countsPosts !== 'learn') return null
  const counted = plannedBy(polls, { countsPosts: 'yes' satisfies PostCountingSetting, identitiesOf })
  return counted.some(({ plan }, i) => isLonger(plan, forecast[i]?.plan)) ? counted : null
}

const isLonger = (one: Planned['plan'], other: Planned['plan']): boolean => (one?.seconds ?? 0) > (other?.seconds ?? 0)

function intervalsOf(planned: readonly Planned[], counted: readonly Planned[] | null): ApiPollKindInterval[] {
  return SHOWN.flatMap((kind) => {
    const own = planned.filter(({ poll }) => poll.kind === kind)
    if (own.length === 0) return []
    const floors = own.flatMap(({ plan }) => plan?.floorSeconds ?? [])
    const longer = counted?.some(({ poll, plan }, i) => poll.kind === kind && isLonger(plan, planned[i]?.plan))
    return [
      {
        kind,
        polls: own.length,
        configuredSeconds: Math.max(...own.map(({ poll }) => poll.everySeconds)),
        everySeconds: longestOf(own),
        floorSeconds: floors.length > 0 ? Math.max(...floors) : null,
        countedSeconds: longer ? longestOf((counted ?? []).filter(({ poll }) => poll.kind === kind)) : null,
      },
    ]
  })
}

const longestOf = (planned: readonly Planned[]): number =>
  Math.max(...planned.map(({ poll, plan }) => plan?.seconds ?? poll.everySeconds))

/** Formats the intervals as lines for a terminal. */
function linesOf(intervals: readonly ApiPollKindInterval[]): string[] {
  const counted = intervals.flatMap(({ countedSeconds, ...interval }) =>
    countedSeconds === null ? [] : [{ ...interval, everySeconds: countedSeconds, floorSeconds: null }],
  )
  return [
    ...intervals.map(lineOf),
    ...(counted.length === 0
      ? []
      : ['Where Microsoft.Network counts diagnostic POSTs, which Azure does not document (ARM_COUNTS_POSTS):']),
    ...counted.map((interval) => `  ${lineOf(interval)}`),
  ]
}

function lineOf({
  kind,
  polls,
  configuredSeconds,
  everySeconds,
  floorSeconds,
}: Omit<ApiPollKindInterval, 'countedSeconds'>) {
  return [
    `${formatPollKind(kind)}: every ${duration(everySeconds)}`,
    ...(everySeconds > configuredSeconds ? [`configured ${duration(configuredSeconds)}`] : []),
    `${polls} ${polls === 1 ? 'poll' : 'polls'}`,
    ...(floorSeconds === null ? [] : [`detection floor ${duration(floorSeconds)}`]),
  ].join(', ')
}

const duration = (seconds: number): string =>
  seconds >= 600 ? `${Math.round(seconds / 60)} min` : `${Number(seconds.toFixed(1))} s`
