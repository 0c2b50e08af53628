import { kinds } from '#lib/azure/kinds/index.ts'
import { budgetLimit, type PollKind, subscriptionOf } from '#lib/contract/index.ts'
import { pollKindWords } from '#lib/contract/words/index.ts'
import { type SetupResult, setupResult } from '#lib/contract/words/setup-checks.ts'
import { type Capacity, planIntervals, type PollDemand, type PollPlan, rankOf } from '#lib/poller/index.ts'

/** One planned poll, with how long it takes where that was measured. */
export interface TimedPoll {
  resourceId: string
  kind: PollKind
  everySeconds: number
  /** null = not measured */
  seconds: number | null
}

/** What is shown: the kinds that events follow from. */
const SHOWN: readonly PollKind[] = ['peers', 'summary', 'arp', 'stats', 'connection', 'learned', 'advertised', 'tables']

const limitWords = {
  lock: 'Azure runs one diagnostic operation at a time on a resource',
  run_time: 'a poll takes longer than its interval',
  budget: 'Azure’s budget of actions',
} as const

/**
 * Interval and detection floor of each kind at this size, by the plan that the worker goes by: its lock, run-time and budget limits, with
 * operations counted as ARM's actions.
 */
export function intervalsResult(polls: readonly TimedPoll[]): SetupResult {
  if (polls.length === 0) return setupResult('intervals', 'skip', 'Nothing is planned yet.')
  const demands = polls.map(demandOf)
  const plan = planIntervals(demands, capacitiesOf(demands)).polls
  const planned = polls.map((poll, i) => ({ poll, plan: plan.get(String(i)) }))
  const lines = SHOWN.flatMap((kind) => kindLine(kind, planned))
  const reasons = new Set(planned.flatMap(({ plan: own }) => own?.limitedBy ?? []))
  if (reasons.size === 0) return setupResult('intervals', 'pass', 'The configured intervals fit.', { lines })
  const why = [...reasons].map((reason) => limitWords[reason]).join('; ')
  return setupResult('intervals', 'warn', `Some intervals are longer than configured: ${why}.`, {
    lines,
    remedy:
      'Sessions are lengthened last. To decide yourself what is polled less often, set longer intervals (POLL_*_EVERY).',
  })
}

function demandOf({ resourceId, kind, everySeconds, seconds }: TimedPoll, index: number): PollDemand {
  // one at a time on a resource
  const isOperation = kinds[kind].operation !== undefined
  return {
    key: String(index),
    configuredSeconds: everySeconds,
    rank: rankOf(kind),
    isNeeded: false,
    burstSeconds: null,
    resource: isOperation ? resourceId.toLowerCase() : null,
    run: seconds === null ? null : { mean: seconds, p95: seconds },
    draws: isOperation ? [{ budget: subscriptionOf(resourceId), requests: 1 }] : [],
  }
}

/** What ARM's bucket for writes and actions of an identity in a subscription is refilled by. */
const { limit, windowSeconds } = budgetLimit('arm.writes', null)

const capacitiesOf = (demands: readonly PollDemand[]): Capacity[] =>
  [...new Set(demands.flatMap(({ draws }) => draws.map(({ budget }) => budget)))].map((key) => ({
    key,
    name: 'arm.writes',
    perSecond: limit / windowSeconds,
    identities: 1,
  }))

function kindLine(kind: PollKind, all: readonly { poll: TimedPoll; plan: PollPlan | undefined }[]): string[] {
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
