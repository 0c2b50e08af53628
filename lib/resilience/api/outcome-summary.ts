import type { PrefixCounts } from './failover.ts'
import type { WhatIf, WhatIfOutcome } from './what-if.ts'

type CountedRow = Pick<WhatIf['prefixes'][number], 'prefix' | 'outcome' | 'reduced'>

/**
 * Returns the numbers of different prefixes by their outcome in a what-if. A prefix that is in several tables counts
 * once for each outcome.
 */
export function countPrefixesByOutcome(rows: readonly CountedRow[]): PrefixCounts {
  const count = (...outcomes: WhatIfOutcome[]) => distinct(rows.filter(({ outcome }) => outcomes.includes(outcome)))
  return {
    cutOff: count('stranded'),
    internet: count('internet'),
    defaultOnly: count('default_only'),
    failOver: count('moves', 'covered'),
    fewerPaths: distinct(rows.filter(({ outcome, reduced }) => outcome === 'stays' && reduced)),
    unknown: count('unknown'),
  }
}

const distinct = (rows: readonly { prefix: string }[]) => new Set(rows.map(({ prefix }) => prefix)).size

/**
 * Summarizes numbers of prefixes in one line: `2 prefixes cut off, 34 to the Internet, 12 fail over`.
 * @param atLeast whether the numbers are minimums, because a table was not read; the text is then empty if all are 0
 */
export function formatPrefixCounts(counts: PrefixCounts, atLeast = false): string {
  const { cutOff, internet, defaultOnly, failOver, fewerPaths, unknown } = counts
  const parts = [
    cutOff > 0 && `${atLeast ? 'at least ' : ''}${cutOff} prefix${cutOff === 1 ? '' : 'es'} cut off`,
    ...(
      [
        [internet, 'to the Internet'],
        [defaultOnly, 'on a default route only'],
        [unknown, 'not known'],
        [failOver, 'fail over'],
        [fewerPaths, 'on fewer paths'],
      ] as const
    ).map(([found, outcome]) => found > 0 && `${found} ${outcome}`),
  ].filter((part) => part !== false)
  if (parts.length === 0) return atLeast ? '' : 'Nothing changes'
  return cutOff === 0 && unknown === 0 && !atLeast ? `No prefix is cut off: ${parts.join(', ')}` : parts.join(', ')
}

/** Summarizes the effect of a scenario or plan in one line, with each prefix counted once for each outcome. */
export const formatWhatIfSummary = (rows: readonly CountedRow[]): string =>
  formatPrefixCounts(countPrefixesByOutcome(rows))
