import fc from 'fast-check'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { armTypes, type DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  computeEventId,
  computeShortId,
  getOrCreateSourceId,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import { readDatabaseTime } from '#lib/platform/database-clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  limitToAccessScope,
  readSources,
  readTopology,
  getSqlExecutor,
  type ReadableDatabase,
  runQueryAsOfMoment,
} from '#lib/questions/index.ts'
import {
  circuitId,
  createCircuitRow,
  createConnectionRow,
  createGatewayRow,
  createTestPollRecorder,
  gatewayId,
  learnedRoute,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { readPrefixLosses, storeClosedImpacts } from './incident-impact.ts'
import { getIncident } from './incidents.ts'

const db = withTestDatabase()
const RUNS = 3
const now = Date.UTC(2026, 10, 20, 12)
const at = (minutesAgo: number) => now - minutesAgo * MS_PER_MINUTE
const feed = createTestPollRecorder(db)
const SUBSCRIPTION = circuitId('x').split('/')[2] ?? ''
const names = [...Array.from({ length: RUNS }, (_, n) => String(n)), 'scoped', 'joined', 'unread', 'unpolled']

beforeAll(async () => {
  await recordPoll(db, {
    kind: 'inventory',
    resourceId: `/subscriptions/${SUBSCRIPTION}`,
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
})

type Table = readonly { prefix: string; peer: string }[]
const ALL = ['10.1.0.0/16', '10.1.5.0/24', '10.2.0.0/16'].flatMap((prefix) =>
  ['10.0.4.4', '10.0.4.5'].map((peer) => ({ prefix, peer })),
)
const table = fc.subarray(ALL)
const learned = (n: string, minutesAgo: number, rows: Table) =>
  feed.learned(
    at(minutesAgo),
    `ergw-${n}`,
    rows.map(({ prefix, peer }) => learnedRoute(prefix, { peer, nextHop: peer })),
  )

/**
 * Stores an outage of a circuit.
 * @param n name of the circuit
 * @param fields kind, minutes ago of its start and its end (null = ongoing), and flags
 * @param incidentKey key of the incident; absent = the incident of the circuit
 */
async function event(
  n: string,
  { kind, from, to, flags = [] }: Pick<DetectedEvent, 'kind'> & { from: number; to: number | null; flags?: string[] },
  incidentKey = n,
) {
  const source = await getOrCreateSourceId(db.pool, { resourceId: circuitId(`ckt-${n}`), subresource: '' })
  const one: DetectedEvent = {
    key: `${n} ${kind}`,
    kind,
    severity: 'critical',
    scope: computeShortId(circuitId(`ckt-${n}`)),
    subject: kind === 'path_down' ? 'AzurePrivatePeering/primary' : 'AzurePrivatePeering',
    started: { earliest: at(from + 1), latest: at(from) },
    ended: to === null ? null : { earliest: at(to + 1), latest: at(to) },
    duration: null,
    detectedAt: at(from),
    evidence: [],
    causes: [],
    flags,
    incident: incidentKey,
  }
  await upsertEvents(db.pool, source, [one])
  return one
}

/** Stores the incident of a circuit, closed this many minutes ago; null = open. */
async function incident(n: string, closed: number | null, flags: string[] = []) {
  const { scope, severity, started, ended, key } = await event(n, {
    kind: 'circuit_down',
    from: 50,
    to: closed === null ? null : 20,
    flags,
  })
  const times = { openedAt: at(50), closedAt: closed === null ? null : at(closed) }
  await upsertIncidents(db.pool, [{ key: n, root: key, scope, severity, members: [], started, ended, ...times }])
}

/** Runs the job at a time, as if the database's clock showed this time too. */
async function store(n: string, minutesAgo: number) {
  await storeClosedImpacts(db, at(minutesAgo), new AbortController().signal)
  await db.pool.query('UPDATE incident_impact SET stored_at = $2 WHERE incident_id = $1 AND stored_at > $3', [
    computeEventId(n),
    new Date(at(minutesAgo)),
    new Date(now + 24 * 60 * MS_PER_MINUTE),
  ])
}

/** Returns the effects of an incident as they were shown this many minutes ago. */
async function effects(n: string, minutesAgo: number, reading: ReadableDatabase = db) {
  const answer = async (reader: ReadableDatabase, time = at(minutesAgo)) => {
    const { impact, needsYou } = (await getIncident(reader, computeEventId(n), time)).data
    const q = getSqlExecutor(reader)
    const known = { topology: await readTopology(q), sources: await readSources(q), now: time }
    const losses = await readPrefixLosses(q, { from: at(120), to: time }, known)
    const own = losses.filter(({ incidentId }) => incidentId === computeEventId(n))
    return {
      impact,
      needsYou,
      losses: own,
      freshness: { state: 'fresh', oldestPollAt: null, latePollAt: null } as const,
    }
  }
  const asked = { at: minutesAgo <= 0 ? undefined : at(minutesAgo), kinds: [], judged: false }
  const { impact, needsYou, losses } = await runQueryAsOfMoment(
    reading,
    asked,
    (reader, time) => answer(reader, time),
    Math.max(now, at(minutesAgo)),
  )
  return { impact, needsYou, losses }
}

/** Compares answers with the stored impact and without it, at several times. */
async function expectSame(n: string, times: readonly number[]) {
  const hide = (sql: string) =>
    db.pool.query(`UPDATE incident_impact SET of = ${sql} WHERE incident_id = $1`, [computeEventId(n)])
  for (const minutesAgo of times) {
    const stored = await effects(n, minutesAgo)
    await hide(`'!' || of`)
    const computed = await effects(n, minutesAgo)
    await hide('substr(of, 2)')
    expect({ minutesAgo, ...stored }).toEqual({ minutesAgo, ...computed })
  }
}

it('equals the computed impact at every time, also after late polls, later events and a reopening', {
  timeout: 300_000,
  // a repetition would find the later polls of the first attempt
  retry: 0,
}, async () => {
  let run = 0
  const poll = fc.option(table, { nil: null, freq: 3 })
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(ALL, { minLength: 3 }),
      fc.array(poll, { minLength: 6, maxLength: 6 }),
      fc.constantFrom<string[]>([], ['removed']),
      fc.constantFrom('joins', 'reopens'),
      async (before, polls, flags, change) => {
        const n = names[run++] ?? ''
        await learned(n, 60, before)
        const minutes = [49, 40, 30, 19, 15, 5]
        const later = async (least: number, most: number) => {
          for (const [place, rows] of polls.entries()) {
            const minute = minutes[place] ?? 0
            if (rows && minute <= most && minute > least) await learned(n, minute, rows)
          }
        }
        await later(8, 60)
        await incident(n, 18, flags)
        await store(n, 8)
        await expectSame(n, [7.5, 16, 25])
        await later(0, 8)
        await learned(n, 1, before)
        await expectSame(n, [0, 3, 16])
        if (change === 'reopens') {
          await incident(n, null, flags)
          await expectSame(n, [0])
          await incident(n, 18, flags)
        } else await event(n, { kind: 'path_down', from: 35, to: 20 })
        await expectSame(n, [0, 16])
        await store(n, -60)
        await expectSame(n, [-120, 3])
      },
    ),
    // three fixed histories, so that each run of the tests checks the same ones
    { numRuns: RUNS, seed: 388, endOnFailure: true },
  )
})

it('is computed for a caller with limited access, and again by new rules while tables are kept', {
  retry: 0,
}, async () => {
  await learned('scoped', 60, ALL)
  await learned('scoped', 40, [])
  await learned('scoped', 15, ALL)
  await learned('scoped', 1, ALL)
  await incident('scoped', 18)
  await store('scoped', 5)
  const lost = async (reading: ReadableDatabase = db) => (await effects('scoped', 0, reading)).impact.prefixesLost
  const exactly = (count: number) => ({ atLeast: count, atMost: count })
  expect(await lost()).toEqual(exactly(3))
  const change = (sql: string) =>
    db.pool.query(`UPDATE incident_impact SET ${sql} WHERE incident_id = $1`, [computeEventId('scoped')])
  // a number that no comparison returns shows from where an answer comes
  await change(`impact = jsonb_set(impact, '{counts,effects,0,count}', '99')`)
  expect(await lost()).toEqual(exactly(99))
  expect(await lost(await limitToAccessScope(db, { subscriptions: [SUBSCRIPTION], customers: [] }))).toEqual(exactly(3))
  await change(`impact = impact || '{"rules": 0}'`)
  expect(await lost()).toEqual(exactly(3))
  await store('scoped', 4)
  expect(await lost()).toEqual(exactly(3))

  // after 400 days the tables are deleted, which is also the case in an answer about an earlier time
  await change(`impact = jsonb_set(impact || '{"rules": 0}', '{counts,effects,0,count}', '99')`)
  const later = -500 * 24 * 60
  onTestFinished(() => readDatabaseTime(db.pool))
  await readDatabaseTime({ query: async () => ({ rows: [{ now: at(later) }] }) } as never)
  expect((await effects('scoped', 0)).impact.prefixesLost).toEqual(exactly(99))
  expect((await effects('scoped', later)).impact.prefixesLost).toEqual(exactly(99))
  await store('scoped', later)
  expect((await effects('scoped', later)).impact.prefixesLost).toEqual(exactly(99))
  const { rows } = await db.pool.query(
    `SELECT impact -> 'rules' AS rules FROM incident_impact WHERE incident_id = $1`,
    [computeEventId('scoped')],
  )
  expect(rows).not.toEqual([{ rules: 0 }])
  await db.pool.query('DELETE FROM incident_impact')
  expect((await effects('scoped', later)).impact.prefixesLost).toBeNull()
  expect((await effects('scoped', 0)).impact.prefixesLost).toBeNull()
})

it('does not keep "no prefix was cut off" after an event about a gateway whose table is not read', {
  retry: 0,
}, async () => {
  for (const minutesAgo of [60, 40, 15, 1]) await learned('joined', minutesAgo, ALL)
  await incident('joined', 18)
  await store('joined', 5)
  const impact = async () => (await effects('joined', 0)).impact
  expect(await impact()).toMatchObject({ routes: 'read', prefixesLost: { atLeast: 0, atMost: 0 } })

  await incident('joined', null)
  await event('unread', { kind: 'circuit_down', from: 35, to: 20 }, 'joined')
  await incident('joined', 18)
  await store('joined', 0)
  expect(await impact()).toMatchObject({ routes: 'not_read', prefixesLost: null, unread: ['ergw-unread'] })
  await expectSame('joined', [0])
})

it.each(['unknown', 'not_polled'])(
  'is computed again if its routes were "%s" and their tables were read',
  {
    retry: 0,
  },
  async (routes) => {
    const minutes: [number, Table][] = [
      [60, ALL],
      [40, []],
      [15, ALL],
      [1, ALL],
    ]
    if (routes === 'unknown') for (const [minutesAgo, rows] of minutes) await learned('unpolled', minutesAgo, rows)
    await incident('unpolled', 18)
    await store('unpolled', 5)
    await db.pool.query(
      `UPDATE incident_impact SET impact = impact || $2, absences = '[]', stored_at = $3 WHERE incident_id = $1`,
      [computeEventId('unpolled'), JSON.stringify({ routes, counts: null }), new Date(at(17))],
    )
    const impact = async () => (await effects('unpolled', 0)).impact
    expect(await impact()).toMatchObject({ routes: 'read', prefixesLost: { atLeast: 3, atMost: 3 } })
    await db.pool.query('UPDATE incident SET updated_at = $2 WHERE id = $1', [
      computeEventId('unpolled'),
      new Date(at(20)),
    ])
    await store('unpolled', -5)
    const { rows } = await db.pool.query(
      `SELECT impact ->> 'routes' AS routes FROM incident_impact WHERE incident_id = $1`,
      [computeEventId('unpolled')],
    )
    expect(rows).toEqual([{ routes: 'read' }])
  },
)
