import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { armTypes, type DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  getOrCreateSourceId,
  computeEventId,
  computeShortId,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { getIncident, storeClosedImpacts } from '#lib/incidents/answers/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createTestPollRecorder,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { getAvailabilityReport } from './availability-report.ts'

const db = withTestDatabase()
const RUNS = 8
const now = Date.UTC(2026, 10, 20, 12)
const at = (minutesAgo: number) => now - minutesAgo * MS_PER_MINUTE
const feed = createTestPollRecorder(db)
const names = [...Array.from({ length: RUNS }, (_, n) => String(n)), 'removed', 'again']

beforeAll(async () => {
  await recordPoll(db, {
    kind: 'inventory',
    resourceId: `/subscriptions/${circuitId('x').split('/')[2]}`,
    at: at(24 * 60),
    rows: {
      resources: names.flatMap((n) => [
        createCircuitRow(`ckt-${n}`),
        createGatewayRow(`ergw-${n}`),
        createConnectionRow(`cxn-${n}`, `ergw-${n}`, `ckt-${n}`, 0),
      ]),
      listedTypes: [armTypes.circuit, armTypes.connection, armTypes.virtualNetworkGateway],
      failedTypes: [],
    },
  })
  await feed.schedule(...names.map((n) => ({ kind: 'learned' as const, resourceId: gatewayId(`ergw-${n}`) })))
  const sites = names.map((n) => ({
    name: `site-${n}`,
    prefixes: [],
    home: computeShortId(circuitId(`ckt-${n}`)),
    routers: [],
  }))
  await db.transaction((client) => saveDeclarationsAsNewVersion(client, { sites }, { by: 'ops', expected: null }))
})

/** An address of each prefix that no more specific prefix of the list covers. */
const ADDRESSES: Readonly<Record<string, string>> = {
  '0.0.0.0/0': '',
  '10.1.0.0/16': '10.1.200.',
  '10.1.5.0/24': '10.1.5.',
  '10.2.0.0/16': '10.2.200.',
  '10.2.6.0/24': '10.2.6.',
  '10.3.0.0/16': '10.3.200.',
}
const table = fc.subarray(
  Object.keys(ADDRESSES).flatMap((prefix) => ['10.0.4.4', '10.0.4.5'].map((peer) => ({ prefix, peer }))),
)
type Table = { prefix: string; peer: string }[]

/**
 * Reports whether a route other than a default route covers a prefix. For the default route itself, only the default
 * route counts.
 */
const isReached = (rows: Table, prefix: string) =>
  rows.some((one) =>
    prefix === '0.0.0.0/0'
      ? one.prefix === prefix
      : one.prefix === prefix || (one.prefix.endsWith('/16') && ADDRESSES[prefix]?.startsWith(one.prefix.slice(0, 5))),
  )

it('counts the same prefixes without a route for an incident, its circuit and its site', {
  timeout: 120_000,
}, async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(table, fc.array(table, { minLength: 1, maxLength: 4 }), async (before, during) => {
      const n = names[run++] ?? ''
      const rows = (own: Table) => own.map(({ prefix, peer }) => learnedRoute(prefix, { peer, nextHop: peer }))
      await feed.learned(at(60), `ergw-${n}`, rows(before))
      for (const [step, own] of during.entries()) await feed.learned(at(50 - 5 * step), `ergw-${n}`, rows(own))
      await feed.learned(at(20), `ergw-${n}`, rows(before))
      await feed.learned(at(1), `ergw-${n}`, rows(before))
      const event: DetectedEvent = {
        key: n,
        kind: 'circuit_down',
        severity: 'critical',
        scope: computeShortId(circuitId(`ckt-${n}`)),
        subject: 'AzurePrivatePeering',
        started: { earliest: at(51), latest: at(50) },
        ended: { earliest: at(21), latest: at(20) },
        duration: null,
        detectedAt: at(50),
        evidence: [],
        causes: [],
        flags: [],
        incident: n,
      }
      const source = await getOrCreateSourceId(db.pool, { resourceId: circuitId(`ckt-${n}`), subresource: '' })
      await upsertEvents(db.pool, source, [event])
      const { key, scope, severity, started, ended } = event
      const times = { openedAt: at(50), closedAt: at(18) }
      await upsertIncidents(db.pool, [{ key, root: key, scope, severity, members: [], started, ended, ...times }])

      const lost = [...new Set(before.map(({ prefix }) => prefix))].filter((prefix) =>
        during.some((own) => !isReached(own, prefix)),
      )
      const { prefixesLost, prefixesOnDefault } = (await getIncident(db, computeEventId(n), now)).data.impact
      const counted = (prefixesLost?.atLeast ?? Number.NaN) + (prefixesOnDefault?.atLeast ?? Number.NaN)
      const named = async (by: 'circuit' | 'site', name: string) => {
        const { data } = await getAvailabilityReport(db, { month: '2026-11', by }, now)
        return data.rows
          .find((row) => row.name === name)
          ?.prefixes.map(({ prefix }) => prefix)
          .toSorted()
      }
      expect(counted).toBe(lost.length)
      expect(await named('circuit', `ckt-${n}`)).toEqual(lost.toSorted())
      expect(await named('site', `site-${n}`)).toEqual(lost.toSorted())
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
})

it('follows the prefixes of a removed connection until their routes return', async () => {
  const rows = ['10.0.4.4', '10.0.4.5'].map((peer) => learnedRoute('10.1.0.0/16', { peer, nextHop: peer }))
  await feed.learned(at(90), 'ergw-removed', rows)
  await feed.learned(at(80), 'ergw-removed', rows)
  // the end of the removed neighbor is the time of a list, before the next poll of the table
  const event: DetectedEvent = {
    key: 'removed',
    kind: 'peer_lost',
    severity: 'minor',
    scope: computeShortId(gatewayId('ergw-removed')),
    subject: '10.0.4.4',
    started: { earliest: at(79), latest: at(78) },
    ended: { earliest: at(79), latest: at(77) },
    duration: null,
    detectedAt: at(78),
    evidence: [],
    causes: [],
    flags: ['removed'],
    incident: 'removed',
  }
  const source = await getOrCreateSourceId(db.pool, { resourceId: gatewayId('ergw-removed'), subresource: '' })
  await upsertEvents(db.pool, source, [event])
  const { key, scope, severity, started, ended } = event
  const times = { openedAt: at(78), closedAt: at(75) }
  await upsertIncidents(db.pool, [{ key, root: key, scope, severity, members: [], started, ended, ...times }])
  await feed.learned(at(76), 'ergw-removed', [])
  await feed.learned(at(60), 'ergw-removed', [])
  const downSeconds = async (time: number) => {
    const { data } = await getAvailabilityReport(db, { month: '2026-11', by: 'circuit' }, time)
    const row = data.rows.find(({ name }) => name === 'ckt-removed')
    return row?.prefixes.map((one) => one.downSeconds)
  }
  await storeClosedImpacts(db, at(60), new AbortController().signal)
  expect((await getIncident(db, computeEventId(key), now)).data.impact.prefixesLost).toEqual({ atLeast: 1, atMost: 1 })
  const [open] = (await downSeconds(at(59))) ?? []
  expect(open?.atLeast).toBeGreaterThanOrEqual(15 * 60)

  await feed.learned(at(50), 'ergw-removed', rows)
  await feed.learned(at(40), 'ergw-removed', rows)
  const [closed] = (await downSeconds(now)) ?? []
  expect(closed?.atLeast).toBeLessThanOrEqual(26 * 60)
  expect(closed?.atLeast).toBeGreaterThanOrEqual(15 * 60)
  expect(closed?.atMost).toBeLessThanOrEqual(31 * 60)
  // the impact that was stored before the return is stored again with it
  const later = Date.now() + 11 * MS_PER_MINUTE
  await db.pool.query('UPDATE incident SET closed_at = clock_timestamp() WHERE id = $1', [computeEventId(key)])
  await storeClosedImpacts(db, later, new AbortController().signal)
  const { rows: stored } = await db.pool.query<{ absences: { absences: { ended: unknown }[] }[] }>(
    'SELECT absences FROM incident_impact WHERE incident_id = $1',
    [computeEventId(key)],
  )
  expect(stored[0]?.absences[0]?.absences).toMatchObject([{ ended: { latest: at(50) + 2_000 } }])
})

it('counts prefixes that had a route again before a later outage of the incident', async () => {
  const rows = (...prefixes: string[]) =>
    prefixes.flatMap((prefix) => ['10.0.4.4', '10.0.4.5'].map((peer) => learnedRoute(prefix, { peer, nextHop: peer })))
  // another fault cuts off the second prefix from minute 95 to minute 70
  const tables = [
    [100, rows('10.1.0.0/16', '10.2.0.0/16')],
    [95, rows('10.1.0.0/16')],
    [90, rows('10.1.0.0/16')],
    [70, rows('10.1.0.0/16', '10.2.0.0/16')],
    [60, rows('10.1.0.0/16', '10.2.0.0/16')],
    [48, rows()],
    [20, rows('10.1.0.0/16', '10.2.0.0/16')],
    [10, rows('10.1.0.0/16', '10.2.0.0/16')],
  ] as const
  for (const [minute, table] of tables) await feed.learned(at(minute), 'ergw-again', table)
  const scope = computeShortId(circuitId('ckt-again'))
  const event = (key: string, kind: 'path_down' | 'circuit_down', from: number, to: number): DetectedEvent => ({
    key,
    kind,
    severity: kind === 'path_down' ? 'major' : 'critical',
    scope,
    subject: kind === 'path_down' ? 'AzurePrivatePeering/primary' : 'AzurePrivatePeering',
    started: { earliest: at(from + 1), latest: at(from) },
    ended: { earliest: at(to + 1), latest: at(to) },
    duration: null,
    detectedAt: at(from),
    evidence: [],
    causes: [],
    flags: [],
    incident: 'again',
  })
  const events = [event('again', 'circuit_down', 50, 20), event('again-path', 'path_down', 85, 62)]
  const source = await getOrCreateSourceId(db.pool, { resourceId: circuitId('ckt-again'), subresource: '' })
  await upsertEvents(db.pool, source, events)
  const started = { earliest: at(51), latest: at(50) }
  const ended = { earliest: at(21), latest: at(20) }
  const times = { openedAt: at(85), closedAt: at(18) }
  const incident = { key: 'again', root: 'again', scope, severity: 'critical' as const, members: ['again-path'] }
  await upsertIncidents(db.pool, [{ ...incident, started, ended, ...times }])

  expect((await getIncident(db, computeEventId('again'), now)).data.impact.prefixesLost).toEqual({
    atLeast: 2,
    atMost: 2,
  })
  const { data } = await getAvailabilityReport(db, { month: '2026-11', by: 'circuit' }, now)
  const prefixes = data.rows.find(({ name }) => name === 'ckt-again')?.prefixes ?? []
  expect(prefixes.map(({ prefix }) => prefix).toSorted()).toEqual(['10.1.0.0/16', '10.2.0.0/16'])
  expect(new Set(prefixes.map(({ downSeconds }) => downSeconds.atMost)).size).toBe(1)
})
