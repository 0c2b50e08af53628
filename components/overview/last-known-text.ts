import type { ActiveProblem } from '#lib/overview/api/index.ts'
import { formatUtcMinuteOfDay } from '#lib/contract/time/dates.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import { STOPPED_POLLS_NEXT_STEP, STOPPED_POLLS_STATE } from '#lib/contract/words/stopped-polls.ts'
import { formatCountWithPlural } from '../format/quantity.ts'

/**
 * Returns the text about circuits and gateways whose state is only last known, because polls fail or are late: the
 * reason, the next step if all polls stopped, the number of resources, and the times of their last polls. Null if there
 * is no such resource.
 * @param problems problems of the overview
 * @param now time that the page shows, epoch milliseconds
 */
export function formatLastKnownStates(problems: readonly ActiveProblem[], now: number): string | null {
  const known = problems.flatMap(({ type, lastKnown }) => (lastKnown ? [{ type, at: lastKnown.at }] : []))
  const times = known.map(({ at }) => at).toSorted()
  const [oldest, newest] = [times[0], times.at(-1)]
  if (oldest === undefined || newest === undefined) return null
  const count = (type: ActiveProblem['type']) => known.filter((one) => one.type === type).length
  const [circuits, gateways] = [count('circuit'), count('gateway')]
  const resources = [
    circuits > 0 && formatCountWithPlural(circuits, 'circuit'),
    gateways > 0 && formatCountWithPlural(gateways, 'gateway'),
  ].filter(Boolean)
  const { reason, state } = findLatePolls(problems) ?? {}
  const step = state === STOPPED_POLLS_STATE ? STOPPED_POLLS_NEXT_STEP : null
  const minutes = [...new Set([oldest, newest].map((at) => formatUtcMinuteOfDay(at, now)))].join(' to ')
  const states = `${resources.join(' and ')}: state ${formatLastKnown(minutes)}.`
  return [reason, step, states].filter(Boolean).join(' ')
}

/** Returns the problem of late polls (the "collector"), which is the reason why states are last known. */
export const findLatePolls = (problems: readonly ActiveProblem[]): ActiveProblem | undefined =>
  problems.find(({ type, id }) => type === 'source' && id === 'collector')
