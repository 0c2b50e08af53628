import type { WhatIf, WhatIfOutcome } from '#lib/resilience/api/index.ts'
import { plural } from '../../format/quantity.ts'

/** What a failure does, in one line: `2 prefixes cut off, 34 to the Internet, 12 fail over`. A prefix counts once, in however many tables. */
export function answerWords(rows: readonly Pick<WhatIf['prefixes'][number], 'prefix' | 'outcome'>[]): string {
  const count = (...outcomes: WhatIfOutcome[]) =>
    new Set(rows.filter(({ outcome }) => outcomes.includes(outcome)).map(({ prefix }) => prefix)).size
  const cut = count('stranded')
  const unknown = count('unknown')
  const parts = [
    cut > 0 && `${plural(cut, 'prefix', 'prefixes')} cut off`,
    ...(
      [
        [count('internet'), 'to the Internet'],
        [count('default_only'), 'on a default route only'],
        [unknown, 'not known'],
        [count('covered', 'moves'), 'fail over'],
      ] as const
    ).map(([found, what]) => found > 0 && `${found} ${what}`),
  ].filter(Boolean)
  if (parts.length === 0) return 'Nothing changes'
  return cut === 0 && unknown === 0 ? `No prefix is cut off: ${parts.join(', ')}` : parts.join(', ')
}
