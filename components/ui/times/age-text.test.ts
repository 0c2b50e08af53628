import { describe, expect, it } from 'vitest'
import type { DataFreshness } from '#lib/contract/index.ts'
import { formatPanelAge } from './age-text.ts'

const NOW = '2026-11-21T10:00:00.000Z'
const SECONDS_AGO = '2026-11-21T09:59:50.000Z'
const MINUTES_AGO = '2026-11-21T09:58:00.000Z'
const HOUR_AGO = '2026-11-21T09:00:00.000Z'

const fresh: DataFreshness = { state: 'fresh', oldestPollAt: MINUTES_AGO, latePollAt: null }
type AgeText = ReturnType<typeof formatPanelAge>
const nothing: AgeText = { late: null, asOf: null, missing: null }

const cases: [rule: string, asOf: string, freshness: DataFreshness, panel: Partial<AgeText>][] = [
  ['current', SECONDS_AGO, fresh, {}],
  ['an old poll of a long interval is no fault', SECONDS_AGO, { ...fresh, oldestPollAt: HOUR_AGO }, {}],
  [
    'late',
    SECONDS_AGO,
    { state: 'late', oldestPollAt: MINUTES_AGO, latePollAt: MINUTES_AGO },
    { late: 'LATE 2 min 00 s' },
  ],
  [
    'late beside an older poll that is in time',
    SECONDS_AGO,
    { state: 'late', oldestPollAt: HOUR_AGO, latePollAt: MINUTES_AGO },
    { late: 'LATE 2 min 00 s' },
  ],
  ['stale', SECONDS_AGO, { state: 'stale', oldestPollAt: HOUR_AGO, latePollAt: HOUR_AGO }, { late: 'LATE 1 h 00 min' }],
  [
    'some polls never answered',
    SECONDS_AGO,
    { ...fresh, missing: { notPolled: 0, unanswered: 1, of: 4 } },
    { missing: '1 of 4 never answered' },
  ],
  [
    'never polled',
    SECONDS_AGO,
    { state: 'never', oldestPollAt: null, latePollAt: null },
    { missing: 'not polled yet' },
  ],
  ['no poll under it', SECONDS_AGO, { state: 'fresh', oldestPollAt: null, latePollAt: null }, {}],
  [
    'as of the past, or not refreshed any more: the moment, and not how old the polls are now',
    HOUR_AGO,
    fresh,
    { asOf: HOUR_AGO },
  ],
]

describe('the age of an answer', () => {
  it.each(cases)('%s', (_, asOf, freshness, panel) => {
    const now = Date.parse(NOW)
    expect(formatPanelAge({ asOf, freshness }, now)).toEqual({ ...nothing, ...panel })
  })
})
