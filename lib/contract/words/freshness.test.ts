import { expect, it } from 'vitest'
import type { DataFreshness } from '../api/envelope.ts'
import { formatMissingPolls } from './freshness.ts'

it.each<[string | null, Pick<DataFreshness, 'state' | 'missing'>]>([
  [null, { state: 'fresh' }],
  ['not polled yet', { state: 'never' }],
  ['not polled yet', { state: 'never', missing: { notPolled: 3, unanswered: 0, of: 3 } }],
  ['1 of 48 not polled yet', { state: 'fresh', missing: { notPolled: 1, unanswered: 0, of: 48 } }],
  ['2 of 2 never answered', { state: 'never', missing: { notPolled: 0, unanswered: 2, of: 2 } }],
  [
    '1 of 48 not polled yet, 2 of 48 never answered',
    { state: 'late', missing: { notPolled: 1, unanswered: 2, of: 48 } },
  ],
])('%s', (words, freshness) => expect(formatMissingPolls(freshness)).toBe(words))
