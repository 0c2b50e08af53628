import { expect, it } from 'vitest'
import { formatHubTableOutcome, formatWhatIfSummary, listShownHubTables } from './outcome-summary.ts'
import type { WhatIfOutcome } from './what-if.ts'

it.each<[words: string, rows: [prefix: string, outcome: WhatIfOutcome, reduced?: 'reduced'][]]>([
  ['Nothing changes', [['10.0.0.0/8', 'stays']]],
  [
    '1 prefix to the Internet, 2 fail over',
    [
      ['10.1.0.0/16', 'internet'],
      // the same prefix in a second table
      ['10.1.0.0/16', 'internet'],
      ['10.2.0.0/16', 'moves'],
      ['10.3.0.0/16', 'covered'],
    ],
  ],
  [
    'No prefix is cut off: 1 on fewer paths',
    [
      ['10.1.0.0/16', 'stays', 'reduced'],
      ['10.1.0.0/16', 'stays', 'reduced'],
      ['10.2.0.0/16', 'stays'],
    ],
  ],
  [
    '1 prefix cut off, 2 to the Internet',
    [
      ['10.1.0.0/16', 'stranded'],
      ['192.0.2.0/25', 'internet'],
      ['192.0.2.128/25', 'internet'],
    ],
  ],
  [
    '1 prefix cut off, 1 not known',
    [
      ['10.1.0.0/16', 'stranded'],
      ['10.2.0.0/16', 'unknown'],
    ],
  ],
  // unknown prefixes may be cut off
  ['1 not known', [['10.2.0.0/16', 'unknown']]],
])('%s', (words, rows) =>
  expect(
    formatWhatIfSummary(
      rows.map(([prefix, outcome, reduced]) => ({ prefix, outcome, reduced: reduced !== undefined })),
    ),
  ).toBe(words),
)

it.each([
  [{ unknown: 2 }, false, '2 not known'],
  [{}, false, 'Not known: the table was not polled'],
  [{ cutOff: 1, failOver: 3 }, true, '1 prefix cut off, 3 fail over'],
  [{}, true, 'Nothing changes'],
])('a route table of a hub with %j (read: %s) has the summary %s', (own, isRead, text) => {
  const counts = { cutOff: 0, internet: 0, defaultOnly: 0, failOver: 0, fewerPaths: 0, unknown: 0, ...own }
  expect(formatHubTableOutcome({ counts, isRead })).toBe(text)
})

it('route tables of hubs are listed if a network uses another table than the default table', () => {
  const [first, second] = [{ isDefault: true }, { isDefault: false }]
  expect(listShownHubTables([first])).toEqual([])
  expect(listShownHubTables([])).toEqual([])
  expect(listShownHubTables([first, second])).toEqual([first, second])
})
