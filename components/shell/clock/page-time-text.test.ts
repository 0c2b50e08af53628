import { expect, it } from 'vitest'
import { parsePageTime } from '../../links/page-time.ts'
import { computePageTimeRange } from '../../time/time-range.ts'
import { formatPageTime } from './page-time-text.ts'

const now = Date.parse('2026-11-26T10:27:00Z')

it.each([
  [{}, 'Now · 6 h'],
  [{ range: '7d' }, 'Now · 7 d'],
  [{ at: '2026-11-26T03:12:00Z' }, 'today 03:12 UTC'],
  [{ at: '2026-11-25T18:00:05Z' }, 'yesterday 18:00:05 UTC'],
  [{ at: '2025-12-31T18:00:00Z' }, '31 Dec 2025 18:00 UTC'],
  [{ from: '2026-11-24T00:00:00Z', to: '2026-11-24T06:00:00Z' }, '24 Nov 00:00 – 06:00 UTC'],
  [{ from: '2026-11-24T00:00:00Z', to: '2026-11-25T06:00:00Z' }, '24 Nov 00:00 – yesterday 06:00 UTC'],
  [{ from: '2026-11-24T00:00:00Z' }, '24 Nov 00:00 – now'],
])('the clock at %j says %s', (given, words) => {
  const address = { at: null, range: null, from: null, to: null, ...given }
  expect(formatPageTime(parsePageTime(address, now), computePageTimeRange(address, '6h', now), 'UTC', now)).toBe(words)
})

it('a page without a range says now', () => {
  expect(formatPageTime({ kind: 'now', at: null }, null, 'UTC', now)).toBe('Now')
})
