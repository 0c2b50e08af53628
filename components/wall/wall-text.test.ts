import { describe, expect, it } from 'vitest'
import { keepEarliestStarts } from './wall-feed.ts'
import { createTestWallTile, createTestWallData } from './testing.ts'
import {
  formatAvailability,
  formatWallDataAge,
  formatMinimumDuration,
  formatEstateCounts,
  findTileImpact,
  formatOutdatedTile,
  formatMegabits,
  formatLastDaysStates,
  listShorterFormsOfText,
  formatShortLatePoll,
  formatStateCounts,
  formatWallTile,
  formatWallDay,
  formatAllUpDuration,
} from './wall-text.ts'

const NOW = Date.parse('2026-11-20T03:30:00.000Z')
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString()
const words = (...of: Parameters<typeof createTestWallTile>) => formatWallTile(createTestWallTile(...of), NOW, 'UTC')

it.each([
  [999, null],
  [1_000, '≥ 1 s'],
  [59_999, '≥ 59 s'],
  [119_000, '≥ 1 min 59 s'],
  [7_199_000, '≥ 1 h 59 min'],
  [86_400_000 * 40, '≥ 40 d 00 h'],
])('%i ms is at least %s: the certain part, never more', (ms, text) => {
  expect(formatMinimumDuration(ms)).toBe(text)
})

it.each([
  [null, 'not observed'],
  [1, '100 %'],
  [0.999_999, '99.999 %'],
  [0.9995, '99.950 %'],
])('%s reads %s', (share, words) => {
  expect(formatAvailability(share)).toBe(words)
})

it('an availability of 100 % names the degraded days next to it', () => {
  expect(formatAvailability(1, ['up', 'degraded', 'unknown', 'degraded'])).toBe('100 %, 2 d degraded')
  expect(formatAvailability(0.9995, ['degraded'])).toBe('99.950 %')
})

it('the owner of a problem who must be called lacks a contact if none is declared', () => {
  const owner = { owner: 'onprem', name: null, confidence: 0.7, lacksContact: true } as const
  expect(words('x', 'degraded', { owner }).ownerShare).toBe('On-premises team, likely, no contact declared')
  expect(words('x', 'degraded', { owner: { ...owner, name: 'NOC', lacksContact: undefined } }).ownerShare).toBe(
    'NOC, likely',
  )
})

describe('a tile', () => {
  it('of a loss that nobody confirms counts until then, and says so', () => {
    expect(words('x', 'down', { since: [ago(900), ago(800)], unconfirmedSince: ago(500) })).toMatchObject({
      title: 'DOWN',
      lasted: '≥ 5 min 00 s',
      doubt: 'last known at 03:21:40',
    })
  })

  it('of a collector that is late says since when, and no duration', () => {
    const collector = {
      name: 'Collector',
      type: 'collector',
      word: 'late',
      meaning: '3 of 113 polls are late',
      since: [ago(75), ago(75)] as [string, string],
    } as const
    expect(words('x', 'unknown', collector)).toMatchObject({
      title: 'COLLECTOR LATE',
      since: '03:28:45',
      lasted: null,
      doubt: null,
      owner: null,
    })
  })

  it('whose polls the collector lost has its last known state, with the time of the last poll that confirmed it', () => {
    const lastKnown = { state: 'up', word: 'up', called: 'both paths up', at: ago(40) } as const
    const { state, word, title, note, doubt } = words('x', 'up', { lastKnown })
    expect([state, word, title, note, doubt]).toEqual(['up', 'up', 'BOTH PATHS UP', 'UP, last known 03:29:20', null])
  })

  it('whose polls are not newer than its start is being diagnosed', () => {
    const owner = { owner: 'unknown', name: null, confidence: null } as const
    expect(words('x', 'degraded', { owner }).owner).toBe('Diagnosing')
  })

  it('counts from the later bound', () => {
    expect(words('x', 'down', { since: [ago(600), ago(250)] })).toMatchObject({
      title: 'DOWN',
      since: '03:25:50',
      lasted: '≥ 4 min 10 s',
    })
  })

  it('says why it is not known', () => {
    expect(words('x', 'unknown', { doubt: 'Azure refused (403)' }).doubt).toBe('Azure refused (403)')
  })

  it('says that metrics stand in for what is refused', () => {
    expect(words('x', 'up', { doubt: 'by metrics: Azure refused (403)' }).doubt).toBe('by metrics: Azure refused (403)')
  })

  it('says that it is late', () => {
    const freshness = { state: 'late', oldestPollAt: null, latePollAt: ago(125) } as const
    expect(words('x', 'up', { freshness }).doubt).toBe('LATE 2 min 05 s')
  })

  it('that is late says so in a row in few letters', () => {
    const at = { oldestPollAt: null, latePollAt: ago(125) }
    expect(formatShortLatePoll({ state: 'late', ...at }, NOW)).toBe('LATE 2 min')
    expect(formatShortLatePoll({ state: 'stale', oldestPollAt: null, latePollAt: null }, NOW)).toBe('LATE')
    expect(formatShortLatePoll({ state: 'fresh', ...at }, NOW)).toBeNull()
  })

  it.each([
    [{ atLeastSeconds: 30.2, atMostSeconds: 41.3 }, 'recovered 03:29, ≤ 42 s down'],
    [null, 'recovered 03:29, was down'],
  ])('that came back says when, and how long it was away at most', (duration, note) => {
    const recovered = { at: ago(60), was: 'down', duration, monitoring: false } as const
    expect(words('x', 'up', { recovered, word: 'recovered' })).toMatchObject({ lasted: null, note, title: 'RECOVERED' })
  })

  it('with one path is called otherwise than one that is degraded', () => {
    expect(words('x', 'degraded', { word: 'one_path', called: 'one path left' }).title).toBe('ONE PATH LEFT')
    expect(words('x', 'degraded').title).toBe('DEGRADED')
  })

  it('in maintenance says until when', () => {
    expect(words('x', 'maintenance', { plannedUntil: '2026-11-20T06:00:00.000Z' }).meaning).toContain(
      'work until 06:00',
    )
  })

  it.each([
    [{ owner: 'provider', name: 'Equinix', confidence: 0.7 }, 'Equinix', 'Equinix, likely'],
    [{ owner: 'microsoft', name: null, confidence: 1 }, 'Microsoft', 'Microsoft, certain'],
    [{ owner: 'unknown', name: null, confidence: null }, 'Diagnosing', 'Diagnosing'],
  ] as const)('states the owner, and where there is room how sure that is: %o', (owner, text, share) => {
    expect(words('x', 'down', { owner })).toMatchObject({ owner: text, ownerShare: share })
  })

  it('states who acknowledged it', () => {
    const acknowledged = { at: ago(5), by: 'kim' }
    expect(words('x', 'down', { owner: { owner: 'onprem', name: null, confidence: null }, acknowledged }).owner).toBe(
      'On-premises team, acknowledged by kim',
    )
  })

  it('that nobody can see any more is unknown, whatever it was', () => {
    expect(formatOutdatedTile(createTestWallTile('x', 'up'), NOW, 'UTC')).toMatchObject({
      state: 'unknown',
      title: 'UNKNOWN',
      since: null,
      meaning: 'UP, last known 03:30:00',
      owner: null,
    })
  })
})

it('the summary says all counts, the worst first', () => {
  expect(formatStateCounts({ down: 1, degraded: 0, unknown: 2, maintenance: 0, up: 7, silent: 3 })).toBe(
    '1 down, 2 unknown, 7 up, 3 without sessions',
  )
  expect(formatStateCounts({ down: 0, degraded: 0, unknown: 0, maintenance: 0, up: 0, silent: 0 })).toBe(
    'no resources yet',
  )
})

it.each<[string, [string, string] | null, string | null]>([
  ['counts from the later bound', [ago(11_600), ago(11_520)], '≥ 3 h 12 min'],
  ['has no length within the first minute', [ago(40), ago(30)], null],
  ['is not said where it is not known', null, null],
])('how long all is well %s', (_, since, text) => {
  const { headline } = createTestWallData([createTestWallTile('a')])
  // the headline counts from the paths of circuits only, so that a gateway may have been down since then
  const ofCircuits = { ...headline, since: [ago(165_600), ago(165_600)] as [string, string] }
  expect(formatAllUpDuration({ headline: ofCircuits, allWellSince: since }, NOW)).toBe(text)
})

it('what there is is counted by what it is, and what came back is ok', () => {
  const estate = { circuits: { up: 3, one_path: 1, recovered: 1 }, gateways: { up: 1 } }
  expect(formatEstateCounts(estate)).toEqual(['5 circuits: 4 ok, 1 on one path', '1 gateway ok'])
  expect(formatEstateCounts({ circuits: {}, gateways: { up: 4, not_reported: 2, no_peers: 1 } })).toEqual([
    '7 gateways: 4 ok, 3 without sessions',
  ])
  expect(formatEstateCounts({ circuits: {}, gateways: { down: 2 } })).toEqual(['2 gateways: 2 down'])
  const mixed = { circuits: { up: 6, down: 1 }, gateways: { up: 8, degraded: 1, not_reported: 2 } }
  expect(formatEstateCounts(mixed, 'ok')).toEqual(['7 circuits: 1 down', '11 gateways: 1 degraded, 2 without sessions'])
  expect(formatEstateCounts(mixed, 'silent')).toEqual(['7 circuits: 1 down', '11 gateways: 1 degraded'])
  expect(formatEstateCounts({ circuits: {}, gateways: { up: 1, no_peers: 2 } }, 'silent')).toEqual([
    '3 gateways: 2 without sessions',
  ])
})

it.each([
  ['No prefix cut off; no redundancy on erc-london.', 'Secondary path only, no prefix cut off', null],
  ['5 prefixes without a path.', 'No path is left, 5 prefixes cut off', null],
  ['2 prefixes cut off; no spare.', 'Secondary path only', '2 prefixes cut off; no spare.'],
  [null, 'Secondary path only', null],
])('an impact stands once: %s beside %s', (impact, meaning, shown) => {
  expect(findTileImpact({ impact, meaning })).toBe(shown)
})

it('a text that is too long loses clauses from its end, and nothing else', () => {
  expect(listShorterFormsOfText('2 prefixes cut off; no path on erc-london; no spare.', /(?<=;) /)).toEqual([
    '2 prefixes cut off; no path on erc-london; no spare.',
    '2 prefixes cut off; no path on erc-london',
    '2 prefixes cut off',
  ])
})

it.each([
  [400_000, '0.4'],
  [306_400_000, '306'],
  [1_204_000_000, '1,204'],
])('%i bit/s are %s Mb/s', (rate, text) => {
  expect(formatMegabits(rate)).toBe(text)
})

it.each([
  [['up', 'up'], 'Last 24 hours: up'],
  [['down', 'up', 'degraded', 'down', 'unknown'], 'Last 24 hours, in half hours: 2 down, 1 degraded, 1 unknown'],
] as const)('a strip says what was not up: %o', (states, text) => {
  expect(formatWallDay(states)).toBe(text)
})

it('a month says its days', () => {
  expect(formatLastDaysStates(['up', 'down', 'up'])).toBe('Last 3 days, in days: 1 down')
  expect(formatLastDaysStates(['up', 'up'])).toBe('Last 2 days: up')
  expect(formatWallDay(['up'], '19:28')).toBe('24 hours to 19:28: up')
})

it.each([
  [null, null, 'No data yet'],
  [NOW - 3_000, 'fresh', 'Data fresh, oldest poll 4 min 17 s ago'],
  [NOW - 3_000, 'late', 'DATA LATE, oldest poll 4 min 17 s ago'],
  [NOW - 3_000, null, 'Last update 3 s ago'],
] as const)('the age of what is shown is that of its oldest poll', (readAt, state, text) => {
  const freshness = state && { state, oldestPollAt: ago(257), latePollAt: null }
  expect(formatWallDataAge({ readAt, freshness }, NOW)).toBe(text)
})

it.each([
  ['bounds that a later poll widened', 'down', 'i1', 40],
  ['another incident', 'down', 'i2', 10],
  ['another state', 'degraded', 'i1', 10],
] as const)('the clock of a tile does not jump back: %s', (_, state, incidentId, seconds) => {
  const before = createTestWallData([createTestWallTile('x', 'down', { incidentId: 'i1', since: [ago(90), ago(40)] })])
  const after = createTestWallData([createTestWallTile('x', state, { incidentId, since: [ago(60), ago(10)] })])
  expect(keepEarliestStarts(before, after).tiles[0]?.since?.[1]).toBe(ago(seconds))
})

it.each([
  ['that of the newest response if it is exact', 0, 40],
  ['the earliest if it has bounds', 10, 90],
])('the start of a late collector is %s', (_, width, seconds) => {
  const late = (latest: number) =>
    createTestWallData([
      createTestWallTile('x', 'unknown', { word: 'late', since: [ago(latest + width), ago(latest)] }),
    ])
  expect(keepEarliestStarts(late(90), late(40)).tiles[0]?.since?.[1]).toBe(ago(seconds))
})
