import fc from 'fast-check'
import { expect, it } from 'vitest'
import { causeOwners, computeOutageDuration, findOutages, severities } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { IncidentStatistics } from '../store/index.ts'
import { type ReadableDatabase, InvalidRequestError } from '#lib/questions/index.ts'

import type { SourceStatus } from '#lib/history/index.ts'
import { findProvenUntil } from '#lib/questions/event-sources.ts'
import { getIncidentsSummary, MAX_SUMMARY_DAYS, summarizeIncidents } from './incidents-summary.ts'

const FROM = Date.UTC(2026, 10, 1)
const range = { from: FROM, to: FROM + 3 * MS_PER_DAY }

const one = (fields: Partial<IncidentStatistics> = {}): IncidentStatistics => ({
  id: 'i1',
  severity: 'major',
  owner: 'provider',
  causeClass: 'provider_outage',
  rootKind: 'circuit_down',
  rootScope: 'lon',
  openedAt: FROM,
  acknowledgedAt: null,
  started: { earliest: FROM, latest: FROM + MS_PER_MINUTE },
  ended: { earliest: FROM + 10 * MS_PER_MINUTE, latest: FROM + 12 * MS_PER_MINUTE },
  isOpen: false,
  maintenance: false,
  ...fields,
})

it('the mean length is bounded by what the samples allow: 9 to 12 min and 0 to 4 min', () => {
  const short = one({ id: 'i2', ended: { earliest: FROM, latest: FROM + 4 * MS_PER_MINUTE } })
  expect(summarizeIncidents([one(), short], range).repair).toEqual({
    incidents: 2,
    outages: 2,
    meanSeconds: { atLeast: 4.5 * 60, atMost: 8 * 60 },
  })
})

it('two outages of one incident last as long as they did, without the healthy time between them', () => {
  const at = (minutes: number) => ({
    earliest: FROM + minutes * MS_PER_MINUTE,
    latest: FROM + (minutes + 1) * MS_PER_MINUTE,
  })
  const incident = one({ started: at(0), ended: at(20) })
  const outages = [
    { started: at(0), ended: at(3), certain: [{ from: at(0).latest, to: at(3).earliest }] },
    { started: at(17), ended: at(20), certain: [{ from: at(17).latest, to: at(20).earliest }] },
  ]
  expect(summarizeIncidents([incident], range, new Map([['i1', outages]])).repair).toEqual({
    incidents: 1,
    outages: 2,
    meanSeconds: { atLeast: 2 * 60, atMost: 4 * 60 },
  })
})

it.each<[string, IncidentStatistics[], ReturnType<typeof summarizeIncidents>['repair']]>([
  ['nothing was opened', [], null],
  ['all goes on', [one({ ended: null, isOpen: true })], null],
  ['it was maintenance', [one({ maintenance: true })], null],
  ['only polls failed', [one({ rootKind: 'collector_degraded' })], null],
  [
    'it began before monitoring',
    [one({ started: { earliest: 0, latest: FROM } })],
    { incidents: 1, outages: 1, meanSeconds: { atLeast: 600, atMost: null } },
  ],
])('the mean length where %s', (_, incidents, repair) => {
  expect(summarizeIncidents(incidents, range).repair).toEqual(repair)
})

it('the time to acknowledge is the median of those that somebody acknowledged', () => {
  const after = (...minutes: (number | null)[]) =>
    summarizeIncidents(
      minutes.map((wait) => one({ acknowledgedAt: wait === null ? null : FROM + wait * MS_PER_MINUTE })),
      range,
    )
  expect(after(null).secondsToAcknowledge).toBeNull()
  expect(after(5, null, 1, 60)).toMatchObject({ secondsToAcknowledge: 300, acknowledged: 3 })
  expect(after(2, 4).secondsToAcknowledge).toBe(180)
})

it('open is what went on at the end: recovered is not, between the outages of a flapping one and before its end is', () => {
  const recovered = one({ isOpen: true })
  expect(summarizeIncidents([recovered], { from: FROM, to: (recovered.ended?.latest ?? 0) - 1 }).open).toBe(1)
  expect(summarizeIncidents([recovered], range).open).toBe(0)
  expect(summarizeIncidents([recovered], range, new Map(), new Set([recovered.id])).open).toBe(1)
})

it('every day of the range is there, and each incident once in every count', () => {
  const incidents = fc.array(
    fc.record({
      severity: fc.constantFrom(...severities),
      owner: fc.constantFrom(...causeOwners),
      openedAt: fc.integer({ min: FROM, max: FROM + 3 * MS_PER_DAY - 1 }),
      isOpen: fc.boolean(),
    }),
  )
  const total = (counts: object) => Object.values(counts).reduce((sum: number, count: number) => sum + count, 0)
  fc.assert(
    fc.property(incidents, (drawn) => {
      const { opened, open, bySeverity, byOwner, days } = summarizeIncidents(
        drawn.map((some) => one(some.isOpen ? { ...some, ended: null } : some)),
        range,
      )
      expect(opened).toBe(drawn.length)
      expect(open).toBe(drawn.filter(({ isOpen }) => isOpen).length)
      expect([total(bySeverity), total(byOwner)]).toEqual([opened, opened])
      expect(days.map(({ day }) => day)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03'])
      expect(days.reduce((sum, day) => sum + total(day.opened), 0)).toBe(opened)
    }),
  )
})

it('owners have the names that the rows of incidents show', () => {
  const polls = one({ owner: 'own_change', causeClass: 'collector_throttled' })
  const change = one({ owner: 'own_change', causeClass: 'configuration_change' })
  const nobody = one({ owner: 'unknown', causeClass: null, rootScope: null })
  const { owners, byOwner } = summarizeIncidents(
    [polls, one(), polls, change, nobody, one({ rootScope: 'ams' })],
    range,
    new Map(),
    new Set(),
    new Map([['lon', 'Equinix']]),
  )
  expect(owners).toEqual([
    { owner: 'own_change', name: 'Peerwatch’s polling', count: 2 },
    { owner: 'provider', name: 'Equinix', count: 1 },
    { owner: 'own_change', name: null, count: 1 },
    { owner: 'unknown', name: null, count: 1 },
    { owner: 'provider', name: null, count: 1 },
  ])
  expect(byOwner).toEqual({ own_change: 3, provider: 2, unknown: 1 })
})

const END_OF_TIME = Date.parse('9999-12-31T23:59:59.999Z')

it.each([
  ['begins after its end', { from: END_OF_TIME, to: undefined }, /^to: /],
  ['has no length', { from: FROM, to: FROM }, /^to: /],
  ['has more days than an answer may', { from: FROM, to: FROM + MAX_SUMMARY_DAYS * MS_PER_DAY + 1 }, /^from: /],
])('a range that %s is refused before anything is asked', async (_, asked, says) => {
  const asking = getIncidentsSummary({} as ReadableDatabase, { scope: undefined, ...asked }, FROM + MS_PER_DAY)
  await expect(asking).rejects.toThrow(InvalidRequestError)
  await expect(asking).rejects.toThrow(says)
})

it('the last days that can be written have a line each', () => {
  const { days } = summarizeIncidents([], { from: END_OF_TIME - 2 * MS_PER_DAY, to: END_OF_TIME })
  expect(days.map(({ day }) => day)).toEqual(['9999-12-29', '9999-12-30', '9999-12-31'])
})

it('what lasted for certain never gets less as polls come in, nor as they see the end', () => {
  const steps = fc.array(fc.record({ of: fc.nat(2), after: fc.integer({ min: 1, max: 20 }) }), { maxLength: 20 })
  fc.assert(
    fc.property(steps, (polls) => {
      const lastReadAt: (number | null)[] = [null, null, null]
      const started = { earliest: FROM - 1_000, latest: FROM }
      const fell = { kind: 'path_down', severity: 'major', scope: 'lon', subject: '', started } as const
      const leastOf = (ended: { earliest: number; latest: number } | null, now: number) => {
        const events = [{ ...fell, ended }]
        const sources = (['summary', 'summary', 'arp'] as const).map((kind, at) => ({
          scope: 'lon',
          poll: { kind, lastOutcome: 'ok', lastReadAt: lastReadAt[at], lastOkAt: lastReadAt[at], intervalSeconds: 60 },
        })) as unknown as SourceStatus[]
        return computeOutageDuration(findOutages(events), {
          provenUntil: findProvenUntil(events, sources, now) ?? FROM,
          now,
        }).least
      }
      let [now, least] = [FROM, 0]
      for (const { of, after } of polls) {
        now += after * 1_000
        lastReadAt[of] = now
        expect(leastOf(null, now + 500)).toBeGreaterThanOrEqual(least)
        least = leastOf(null, now + 500)
      }
      const before = lastReadAt[0]
      if (before) expect(leastOf({ earliest: before, latest: now + 1_000 }, now + 1_500)).toBeGreaterThanOrEqual(least)
    }),
    { numRuns: 50 },
  )
})
