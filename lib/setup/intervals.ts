import { kinds } from '#lib/azure/kinds/index.ts'
import { type BudgetName, type IntervalLimit, type PollKind, subscriptionOf } from '#lib/contract/index.ts'
import { pollKindWords } from '#lib/contract/words/index.ts'
import { type SetupResult, setupResult } from '#lib/contract/words/setup-checks.ts'
import type { PollLoad } from '#lib/history/index.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.mjs'
import {
  budgetOfKey,
  capacitiesOf,
  type CountsPosts,
  demandsOf,
  planIntervals,
  type PlanSettings,
  type PollPlan,
} from '#lib/poller/index.ts'

/** One planned poll, with how long it takes where that was measured. */
export interface TimedPoll {
  resourceId: string
  kind: PollKind
  everySeconds: number
  /** null = not measured */
  seconds: number | null
  /** Azure's region of the resource; null = it has none */
  region: string | null
}

/** What the budgets are planned by; default: one identity, and POSTs that the network provider is not known to count. */
export type BudgetSettings = Pick<PlanSettings, 'countsPosts' | 'identitiesOf'>
const USUAL: BudgetSettings = { countsPosts: 'learn', identitiesOf: () => [DEFAULT_IDENTITY] }

/** What is shown: the kinds that events follow from. */
const SHOWN: readonly PollKind[] = [
  'peers',
  'summary',
  'arp',
  'stats',
  'connection',
  'learned',
  'advertised',
  'tables',
  'effective',
]

const limitWords: Readonly<Record<Exclude<IntervalLimit, 'budget'>, string>> = {
  lock: 'Azure runs one diagnostic operation at a time on a resource',
  run_time: 'a poll takes longer than its interval',
}
const budgetWords: Readonly<Record<BudgetName, string>> = {
  'arm.reads': 'Azure Resource Manager’s budget of reads',
  'arm.writes': 'Azure Resource Manager’s budget of actions',
  'network.reads': 'Microsoft.Network’s budget of reads in a region',
  'network.writes': 'Microsoft.Network’s budget of actions in a region',
}

interface Planned {
  poll: TimedPoll
  plan: PollPlan | undefined
}

/**
 * Interval and detection floor of each kind at this size, by the plan that the worker goes by: lock, run time, and the budgets of ARM and
 * of the network provider as Azure documents them.
 */
export function intervalsResult(polls: readonly TimedPoll[], settings: BudgetSettings = USUAL): SetupResult {
  if (polls.length === 0) return setupResult('intervals', 'skip', 'Nothing is planned yet.')
  const planned = plannedBy(polls, settings)
  const lines = [...SHOWN.flatMap((kind) => kindLine(kind, planned)), ...ifCounted(polls, planned, settings)]
  const reasons = new Set(planned.flatMap(({ plan }) => reasonOf(plan) ?? []))
  if (reasons.size === 0) return setupResult('intervals', 'pass', 'The configured intervals fit.', { lines })
  const why = [...reasons].join('; ')
  return setupResult('intervals', 'warn', `Some intervals are longer than configured: ${why}.`, {
    lines,
    remedy:
      'Sessions are lengthened last. To decide yourself what is polled less often, set longer intervals (POLL_*_EVERY).',
  })
}

function plannedBy(polls: readonly TimedPoll[], { countsPosts, identitiesOf }: BudgetSettings): Planned[] {
  const loads = polls.map(loadOf)
  const demands = demandsOf(loads)
  const learned = { countsPosts: countsPosts === 'yes', hourly: [] }
  const { polls: plans } = planIntervals(demands, capacitiesOf(loads, learned, identitiesOf))
  return polls.map((poll, i) => ({ poll, plan: plans.get(demands[i]?.key ?? '') }))
}

/** Every budget counts, as if answers had spoken of it; metrics are read together. */
function loadOf({ resourceId, kind, everySeconds, seconds, region }: TimedPoll, index: number): PollLoad {
  return {
    sourceId: index,
    kind,
    resourceId,
    subscriptionId: subscriptionOf(resourceId),
    region: region?.toLowerCase() ?? null,
    // one at a time on a resource
    resource: kinds[kind].operation ? resourceId.toLowerCase() : null,
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

function reasonOf(plan: PollPlan | undefined): string | null {
  if (!plan?.limitedBy) return null
  if (plan.limitedBy !== 'budget') return limitWords[plan.limitedBy]
  return plan.budget === null ? null : budgetWords[budgetOfKey(plan.budget)]
}

/** What follows if Azure turns out to count diagnostic POSTs, where that is not known. */
function ifCounted(
  polls: readonly TimedPoll[],
  planned: readonly Planned[],
  { countsPosts, identitiesOf }: BudgetSettings,
): string[] {
  if (countsPosts !== 'learn') return []
  const counted = plannedBy(polls, { countsPosts: 'yes' satisfies CountsPosts, identitiesOf })
  const isLonger = counted.filter(({ plan }, i) => (plan?.seconds ?? 0) > (planned[i]?.plan?.seconds ?? 0))
  if (isLonger.length === 0) return []
  return [
    'Where Microsoft.Network counts diagnostic POSTs, which Azure does not document (ARM_COUNTS_POSTS):',
    ...SHOWN.flatMap((kind) =>
      isLonger.some(({ poll }) => poll.kind === kind) ? kindLine(kind, counted).map((line) => `  ${line}`) : [],
    ),
  ]
}

function kindLine(kind: PollKind, all: readonly Planned[]): string[] {
  const own = all.filter(({ poll }) => poll.kind === kind)
  if (own.length === 0) return []
  const configured = Math.max(...own.map(({ poll }) => poll.everySeconds))
  const every = Math.max(...own.map(({ poll, plan }) => plan?.seconds ?? poll.everySeconds))
  const floors = own.flatMap(({ plan }) => plan?.floorSeconds ?? [])
  const words = [
    `${pollKindWords(kind)}: every ${duration(every)}`,
    ...(every > configured ? [`configured ${duration(configured)}`] : []),
    `${own.length} ${own.length === 1 ? 'poll' : 'polls'}`,
    ...(floors.length > 0 ? [`detection floor ${duration(Math.max(...floors))}`] : []),
  ]
  return [words.join(', ')]
}

const duration = (seconds: number): string =>
  seconds >= 600 ? `${Math.round(seconds / 60)} min` : `${Number(seconds.toFixed(1))} s`
