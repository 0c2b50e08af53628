import type { WhatIf, WhatIfOutcome } from './what-if.ts'

/**
 * Summarizes the effect of a scenario or plan in one line: `2 prefixes cut off, 34 to the Internet, 12 fail over`. A
 * prefix that is in several tables counts once.
 */
export function formatWhatIfSummary(
  rows: readonly Pick<WhatIf['prefixes'][number], 'prefix' | 'outcome' | 'reduced'>[],
): string {
  const count = (...outcomes: WhatIfOutcome[]) => distinct(rows.filter(({ outcome }) => outcomes.includes(outcome)))
  const cut = count('stranded')
  const unknown = count('unknown')
  const parts = [
    cut > 0 && `${cut} prefix${cut === 1 ? '' : 'es'} cut off`,
    ...(
      [
        [count('internet'), 'to the Internet'],
        [count('default_only'), 'on a default route only'],
        [unknown, 'not known'],
        [count('covered', 'moves'), 'fail over'],
        [distinct(rows.filter(({ outcome, reduced }) => outcome === 'stays' && reduced)), 'on fewer paths'],
      ] as const
    ).map(([found, outcome]) => found > 0 && `${found} ${outcome}`),
  ].filter(Boolean)
  if (parts.length === 0) return 'Nothing changes'
  return cut === 0 && unknown === 0 ? `No prefix is cut off: ${parts.join(', ')}` : parts.join(', ')
}

const distinct = (rows: readonly { prefix: string }[]) => new Set(rows.map(({ prefix }) => prefix)).size
