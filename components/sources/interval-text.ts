import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { formatConfiguredInterval } from '#lib/contract/words/index.ts'
import { budgetTitles } from './budget-titles.ts'

type Interval = Pick<
  ApiPolledSource,
  'configuredSeconds' | 'intervalSeconds' | 'observedSeconds' | 'limitedBy' | 'limitingBudget' | 'relief'
>

/**
 * Formats the interval of a poll. The text contains the interval that Peerwatch uses, the configured interval if it is
 * shorter, and the interval at which polls were really observed.
 */
export function formatPollInterval({ configuredSeconds, intervalSeconds, observedSeconds }: Interval): string {
  const configured =
    intervalSeconds > configuredSeconds ? `, configured ${formatConfiguredInterval(configuredSeconds)}` : ''
  const observed = observedSeconds ? `; observed ${formatConfiguredInterval(Math.round(observedSeconds.p50))}` : ''
  return `${formatConfiguredInterval(intervalSeconds)}${configured}${observed}`
}

/** Explains why Peerwatch polls at a longer interval than configured; null if the interval is not longer. */
export function formatIntervalLimit({ limitedBy, limitingBudget }: Interval): string | null {
  switch (limitedBy) {
    case null:
      return null
    case 'lock':
      return 'Azure runs one operation at a time on this resource, and its polls take more than all of the time'
    case 'run_time':
      return 'One poll takes longer than the configured interval'
    case 'budget':
      return `The polls that share the budget ask for more ${limitingBudget ? budgetTitles[limitingBudget] : 'requests'} than Azure allows`
  }
}

const rankLabels = { tables: 'route and ARP tables', counters: 'counters and lists', sessions: 'sessions' } as const

/**
 * Returns texts about changes that would allow a shorter interval, for example one more identity (Azure service
 * principal).
 */
export function listIntervalRemedies({ relief }: Interval): string[] {
  const { withIdentitySeconds = null, withLonger = null } = relief ?? {}
  return [
    ...(withIdentitySeconds === null
      ? []
      : [`${formatConfiguredInterval(withIdentitySeconds)} with one identity more`]),
    ...(withLonger === null
      ? []
      : [
          `${formatConfiguredInterval(withLonger.seconds)} with ${rankLabels[withLonger.rank]} at twice their interval`,
        ]),
  ]
}
