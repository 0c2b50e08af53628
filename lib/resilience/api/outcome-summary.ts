import type { PrefixCounts } from './failover.ts'
import type { WhatIfHubTable, WhatIfResult, WhatIfOutcome } from './what-if.ts'

type CountedRow = Pick<WhatIfResult['prefixes'][number], 'prefix' | 'outcome' | 'reduced'>

/**
 * Returns the numbers of different prefixes by their outcome in a what-if. If a prefix has the same outcome in several
 * tables, it counts once; if it has different outcomes, it counts once for each.
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
 * Summarizes numbers of prefixes in one line: `2 prefixes cut off, 34 to the Internet, 12 fail over`. The line states
 * that no prefix is cut off only if no prefix leaves to the Internet either, because its site then is not reached.
 * @param atLeast true = the numbers are minimums, because a table was not read; if all of them are 0, the text is then
 *   empty
 */
export function formatPrefixCounts(counts: PrefixCounts, atLeast = false): string {
  const { cutOff, internet, defaultOnly, failOver, fewerPaths, unknown } = counts
  const parts = [
    cutOff > 0 && `${atLeast ? 'at least ' : ''}${cutOff} prefix${cutOff === 1 ? '' : 'es'} cut off`,
    internet > 0 && `${internet}${cutOff > 0 ? '' : internet === 1 ? ' prefix' : ' prefixes'} to the Internet`,
    ...(
      [
        [defaultOnly, 'on a default route only'],
        [unknown, 'not known'],
        [failOver, 'fail over'],
        [fewerPaths, 'on fewer paths'],
      ] as const
    ).map(([found, outcome]) => found > 0 && `${found} ${outcome}`),
  ].filter((part) => part !== false)
  if (parts.length === 0) return atLeast ? '' : 'Nothing changes'
  const isKept = cutOff === 0 && internet === 0 && unknown === 0 && !atLeast
  return isKept ? `No prefix is cut off: ${parts.join(', ')}` : parts.join(', ')
}

/** Summarizes the effect of a what-if or plan in one line. Each prefix counts once for each of its outcomes. */
export const formatWhatIfSummary = (rows: readonly CountedRow[]): string =>
  formatPrefixCounts(countPrefixesByOutcome(rows))

/**
 * Summarizes the outcomes in one route table of a hub in one line. If the table was not read completely, known numbers
 * are minimums, and the line is `Not known` if no number is known.
 */
export const formatHubTableOutcome = ({ counts, isRead }: Pick<WhatIfHubTable, 'counts' | 'isRead'>): string =>
  formatPrefixCounts(counts, !isRead) || 'Not known: the table was not polled'

/**
 * Returns the route tables of hubs that pages and reports list. These are all tables if a network uses another table
 * than the default table of its hub, otherwise none, because the rows of prefixes contain the outcomes of default
 * tables.
 */
export const listShownHubTables = <Table extends Pick<WhatIfHubTable, 'isDefault'>>(tables: Table[]): Table[] =>
  tables.every(({ isDefault }) => isDefault) ? [] : tables
