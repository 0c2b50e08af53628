import { expect, it } from 'vitest'
import type { WhatIfOutcome } from '#lib/resilience/api/index.ts'
import { answerWords } from './answer-words.ts'

it.each<[words: string, rows: [prefix: string, outcome: WhatIfOutcome][]]>([
  ['Nothing changes', [['10.0.0.0/8', 'stays']]],
  [
    'No prefix is cut off: 1 to the Internet, 2 fail over',
    [
      ['10.1.0.0/16', 'internet'],
      // in a second table
      ['10.1.0.0/16', 'internet'],
      ['10.2.0.0/16', 'moves'],
      ['10.3.0.0/16', 'covered'],
    ],
  ],
  [
    '1 prefix cut off, 1 not known',
    [
      ['10.1.0.0/16', 'stranded'],
      ['10.2.0.0/16', 'unknown'],
    ],
  ],
  // what is not known may be cut off
  ['1 not known', [['10.2.0.0/16', 'unknown']]],
])('%s', (words, rows) => expect(answerWords(rows.map(([prefix, outcome]) => ({ prefix, outcome })))).toBe(words))
