import { describe, expect, it } from 'vitest'
import type { Freshness } from '#lib/contract/index.ts'
import { type AgeWords, pageAge, panelAge } from './age-words.ts'

const NOW = '2026-11-21T10:00:00.000Z'
const SECONDS_AGO = '2026-11-21T09:59:50.000Z'
const MINUTES_AGO = '2026-11-21T09:58:00.000Z'
const HOUR_AGO = '2026-11-21T09:00:00.000Z'

const fresh: Freshness = { state: 'fresh', oldestPollAt: MINUTES_AGO, latePollAt: null }
const nothing: AgeWords = { late: null, asOf: null, oldestPollAt: null, missing: null }

const cases: [rule: string, asOf: string, freshness: Freshness, panel: Partial<AgeWords>, page: Partial<AgeWords>][] = [
  ['current: the page says it alone', SECONDS_AGO, fresh, {}, { asOf: SECONDS_AGO, oldestPollAt: MINUTES_AGO }],
  [
    'an old poll of a long interval is no fault',
    SECONDS_AGO,
    { ...fresh, oldestPollAt: HOUR_AGO },
    {},
    { asOf: SECONDS_AGO, oldestPollAt: HOUR_AGO },
  ],
  [
    'late: both say it, the page not twice',
    SECONDS_AGO,
    { state: 'late', oldestPollAt: MINUTES_AGO, latePollAt: MINUTES_AGO },
    { late: 'LATE 2 min 00 s' },
    { late: 'LATE 2 min 00 s', asOf: SECONDS_AGO },
  ],
  [
    'late beside an older poll that is in time',
    SECONDS_AGO,
    { state: 'late', oldestPollAt: HOUR_AGO, latePollAt: MINUTES_AGO },
    { late: 'LATE 2 min 00 s' },
    { late: 'LATE 2 min 00 s', asOf: SECONDS_AGO, oldestPollAt: HOUR_AGO },
  ],
  [
    'stale',
    SECONDS_AGO,
    { state: 'stale', oldestPollAt: HOUR_AGO, latePollAt: HOUR_AGO },
    { late: 'STALE 1 h 00 min' },
    { late: 'STALE 1 h 00 min', asOf: SECONDS_AGO },
  ],
  [
    'some polls never answered',
    SECONDS_AGO,
    { ...fresh, missing: { notPolled: 0, unanswered: 1, of: 4 } },
    { missing: '1 of 4 never answered' },
    { missing: '1 of 4 never answered', asOf: SECONDS_AGO, oldestPollAt: MINUTES_AGO },
  ],
  [
    'never polled',
    SECONDS_AGO,
    { state: 'never', oldestPollAt: null, latePollAt: null },
    { missing: 'not polled yet' },
    { missing: 'not polled yet', asOf: SECONDS_AGO },
  ],
  [
    'no poll under it',
    SECONDS_AGO,
    { state: 'fresh', oldestPollAt: null, latePollAt: null },
    {},
    { asOf: SECONDS_AGO },
  ],
  [
    'as of the past, or not refreshed any more: the moment, and not how old the polls are now',
    HOUR_AGO,
    fresh,
    { asOf: HOUR_AGO },
    { asOf: HOUR_AGO },
  ],
]

describe('the age of an answer', () => {
  it.each(cases)('%s', (_, asOf, freshness, panel, page) => {
    const now = Date.parse(NOW)
    expect(panelAge({ asOf, freshness }, now)).toEqual({ ...nothing, ...panel })
    expect(pageAge({ asOf, freshness }, now)).toEqual({ ...nothing, ...page })
  })

  it('leaves out the age of the polls where nothing can change any more', () => {
    expect(pageAge({ asOf: SECONDS_AGO, freshness: fresh }, Date.parse(NOW), true).oldestPollAt).toBeNull()
  })
})
