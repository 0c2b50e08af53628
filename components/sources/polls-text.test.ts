import { expect, it } from 'vitest'
import { formatPollCountsChip, formatPollCounts } from './polls-text.ts'

const fresh = { failing: 0, stale: 0, notPolled: 0, late: 0, vmOff: 0, notGiven: 0, fresh: 45, stoppedAt: null }
const NOW = Date.parse('2026-11-30T10:00:24Z')

it.each([
  [fresh, '45 of 45 polls fresh', 'up', '45/45 fresh'],
  [{ ...fresh, notPolled: 1 }, '45 of 46 polls fresh, 1 not polled yet', 'up', '45/46 fresh'],
  [{ ...fresh, vmOff: 1 }, '45 of 45 polls fresh, 1 not polled: VM is off', 'up', '45/45 fresh'],
  [{ ...fresh, notGiven: 1 }, '45 of 45 polls fresh, 1 without routes, because Azure gives none', 'up', '45/45 fresh'],
  [{ ...fresh, late: 2 }, '45 of 47 polls fresh, 2 late', 'degraded', 'LATE 45/47 fresh'],
  [{ ...fresh, stale: 1, late: 2 }, '45 of 48 polls fresh, 3 late', 'degraded', 'LATE 45/48 fresh'],
  [{ ...fresh, failing: 2, stale: 1 }, '45 of 48 polls fresh, 2 failing, 1 late', 'down', '45/48 fresh, 2 failing'],
  [
    { ...fresh, late: 40, stoppedAt: '2026-11-30T09:59:06.000Z' },
    '45 of 85 polls fresh, 40 late',
    'degraded',
    'LATE since 09:59 UTC: no poll succeeded',
  ],
  [
    { ...fresh, failing: 2, stale: 43, stoppedAt: '2026-11-29T09:59:06.000Z' },
    '45 of 90 polls fresh, 2 failing, 43 late',
    'degraded',
    'LATE since 2026-11-29 09:59 UTC: no poll succeeded',
  ],
] as const)('%j', (counts, words, tone, chip) => {
  expect(formatPollCounts(counts)).toBe(words)
  expect(formatPollCountsChip(counts, NOW)).toEqual({ tone, words: chip })
})
