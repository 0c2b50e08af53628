import { expect, it } from 'vitest'
import { createAzure } from '#lib/azure/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { createTestDatabase } from '#lib/platform/testing/database.ts'
import { startWorker } from '#lib/poller/index.ts'
import { eventually } from '#lib/poller/testing/lab.ts'
import {
  createClock,
  createWorld,
  pair,
  parseScenario,
  type ScenarioInput,
  startSimulator,
  tokenFor,
} from '#lib/simulator/index.ts'
import { beginPast } from './make-past.ts'
import type { Asking } from './track.ts'

const MINUTE = 60_000
const ORIGIN = Date.parse('2026-11-18T12:00:00Z')
const LENGTH = 150 * MINUTE

/** Everything that can happen to a source, at times that are not the polls'. */
const eventful: ScenarioInput = {
  ...pair,
  happenings: [
    { op: 'cut-path', circuit: 'erc-pair', path: 'primary', at: '-2h20m', for: '5m' },
    {
      op: 'session-loss',
      gateway: 'gw-pair',
      instance: '10.0.4.12',
      neighbor: '10.0.4.5',
      at: '-2h11m40s',
      for: '20s',
    },
    { op: 'session-loss', gateway: 'gw-pair', instance: '10.0.4.13', at: '-2h5m', for: '2m10s' },
    { op: 'instance-loss', gateway: 'gw-pair', instance: '10.0.4.13', at: '-1h55m', for: '4m' },
    { op: 'withdraw', circuit: 'erc-pair', prefixes: ['10.11.0.0/16'], at: '-1h45m', for: '7m' },
    {
      op: 'announce',
      circuit: 'erc-pair',
      site: 'dc-pair',
      prefixes: ['10.99.0.0/16'],
      asPath: [65001, 64900],
      at: '-1h34m',
      for: '3m',
    },
    { op: 'prepend', circuit: 'erc-pair', path: 'secondary', asn: 12076, count: 8, at: '-1h28m', for: '9m' },
    { op: 'counter-reset', circuit: 'erc-pair', at: '-1h17m' },
    { op: 'api-fault', fault: '500', operation: '*', at: '-1h10m', for: '11m' },
    {
      op: 'api-fault',
      fault: 'missing-instance',
      operation: 'gateway.peers',
      instance: '10.0.4.12',
      at: '-55m',
      for: '3m',
    },
    { op: 'api-fault', fault: 'empty-table', operation: 'gateway.learned', at: '-50m', for: '6m' },
    { op: 'session-loss', circuit: 'erc-pair', path: 'secondary', word: 'Idle (Admin)', at: '-40m', for: '3m' },
    { op: 'configuration', kind: 'circuit', name: 'erc-pair', set: { bandwidthMbps: 2000 }, at: '-33m', for: '12m' },
    { op: 'configuration', kind: 'connection', name: 'cxn-pair', set: { weight: 10 }, at: '-12m' },
  ],
}

interface Scratch {
  db: Database
  drop: () => Promise<void>
}

async function scratch(): Promise<Scratch> {
  const { url, drop } = await createTestDatabase()
  const db = createDatabase(url, { max: 8, applicationName: 'peerwatch-test' })
  return {
    db,
    drop: async () => {
      await db.close()
      await drop()
    },
  }
}

async function makePast(db: Database, scenario: ScenarioInput, origin: number, asking: Asking): Promise<void> {
  const world = createWorld(parseScenario(scenario), origin)
  const from = origin - LENGTH + 17_300
  const past = await beginPast({ db, world, from, origin, horizon: origin + 10 * MINUTE, asking })
  await past.upTo(origin - 4 * MINUTE)
  await past.upTo(origin)
  past.close()
}

/** What is stored, by names instead of numbers, without when it was written. */
const QUESTIONS = {
  sessionIntervals: `SELECT p.source, s.kind, s.local_address, s.neighbor, i.state, i.azure_state, i.held_by, i.transitions, i.last_absent,
      i.first_present, i.last_present, i.first_absent FROM session_interval i JOIN session s ON s.id = i.session_id JOIN p ON p.id = i.source_id`,
  sessions: `SELECT p.source, to_jsonb(s) - '{id,source_id,life,established_lo,established_hi}'::text[] AS row FROM session s JOIN p ON p.id = s.source_id`,
  establishedAtGateways: `SELECT p.source, s.local_address, s.neighbor, x.established_lo, x.established_hi, x.first_present
      FROM session_span x JOIN session s ON s.id = x.session_id JOIN p ON p.id = s.source_id WHERE s.kind = 'peers'`,
  prefixes: `SELECT p.source, s.kind, s.neighbor, s.local_address, x.prefixes_received, x.last_absent, x.first_present, x.last_present, x.first_absent
      FROM session_prefixes_span x JOIN session s ON s.id = x.session_id JOIN p ON p.id = s.source_id`,
  routes: `SELECT p.source, r.kind, r.instance, r.peer, r.prefix::text, a.attributes, x.last_absent, x.first_present, x.last_present, x.first_absent
      FROM route_span x JOIN route r ON r.id = x.route_id JOIN p ON p.id = x.source_id
      JOIN route_attributes a ON a.source_id = x.source_id AND a.id = x.attributes_id`,
  arp: `SELECT p.source, e.interface, e.ip_address, e.age_minutes, x.mac_address, x.last_absent, x.first_present, x.last_present, x.first_absent
      FROM arp_span x JOIN arp_entry e ON e.id = x.entry_id JOIN p ON p.id = x.source_id`,
  connections: `SELECT p.source, x.* FROM connection_span x JOIN p ON p.id = x.source_id`,
  resources: `SELECT r.arm_key, x.config, x.last_absent, x.first_present, x.last_present, x.first_absent
      FROM resource_span x JOIN resource r ON r.id = x.resource_id`,
  counters: `SELECT p.source, to_jsonb(c) - '{id,source_id}'::text[] AS row FROM counter c JOIN p ON p.id = c.source_id`,
  samples: `SELECT p.source, c.path, s.started_at, s.finished_at, s.bytes_in, s.bytes_out
      FROM counter_sample s JOIN counter c ON c.id = s.counter_id JOIN p ON p.id = s.source_id`,
  coverage: `SELECT p.source, to_jsonb(c) - 'source_id' AS row FROM coverage c JOIN p ON p.id = c.source_id`,
  pollStates: `SELECT p.source, to_jsonb(s) - '{source_id,correlation_id}'::text[] AS row FROM poll_state s JOIN p ON p.id = s.source_id`,
  activity: `SELECT p.source, to_jsonb(a) - 'source_id' AS row FROM activity_entry a JOIN p ON p.id = a.source_id`,
  events: `SELECT to_jsonb(e) - '{source_id,updated_at}'::text[] AS row FROM event e`,
  detection: `SELECT p.source, d.state FROM detection_state d JOIN p ON p.id = d.source_id`,
} as const

async function everything(db: Database): Promise<Record<keyof typeof QUESTIONS, string[]>> {
  const answers = {} as Record<keyof typeof QUESTIONS, string[]>
  for (const [name, question] of Object.entries(QUESTIONS) as [keyof typeof QUESTIONS, string][]) {
    const { rows } = await db.pool.query(
      `WITH p AS (SELECT s.id, r.arm_key || '#' || s.part AS source FROM source s JOIN resource r ON r.id = s.resource_id) ${question}`,
    )
    answers[name] = rows.map(comparable).toSorted()
  }
  return answers
}

/**
 * Detection's memory is compared without the poll that last wrote it: what has run out is forgotten by whichever poll comes next.
 * Numbers are given in the order of writing. How narrowly a router's coarse age tells when a session came up depends on how many
 * polls told it, which is the one thing that polls which were not asked would have added.
 */
function comparable({ source_id: _own, ...row }: Record<string, unknown>): string {
  return JSON.stringify(row, (key, value: unknown) => {
    if (key === 'establishedAt' || key === 'foldedAt') return undefined
    const evidence = typeof value === 'object' && value !== null && 'field' in value && value.field === 'establishedAt'
    return evidence ? { field: value.field } : value
  })
}

it('a past of which few polls are asked is the past of which all are', { timeout: 120_000 }, async () => {
  const [few, all] = [await scratch(), await scratch()]
  try {
    await makePast(few.db, eventful, ORIGIN, 'around-edges')
    await makePast(all.db, eventful, ORIGIN, 'all')
    const found = await everything(few.db)
    const expected = await everything(all.db)
    for (const [name, rows] of Object.entries(expected)) expect(found[name as keyof typeof found], name).toEqual(rows)
    // none of which is worth anything if nothing happened
    expect(expected.sessionIntervals.length).toBeGreaterThan(10)
    expect(expected.routes.length).toBeGreaterThan(40)
    expect(expected.events.length).toBeGreaterThan(6)
    expect(expected.resources.length).toBeGreaterThan(6)
    expect(expected.activity.length).toBeGreaterThan(3)
    const outcomes = await few.db.pool.query('SELECT DISTINCT outcome FROM coverage ORDER BY 1')
    expect(outcomes.rows.map(({ outcome }) => outcome)).toEqual(['incomplete', 'ok', 'unavailable'])
  } finally {
    await few.drop()
    await all.drop()
  }
})

const PRESENT = `
  SELECT (SELECT count(*) FROM event)::int AS events, (SELECT count(*) FROM session_interval)::int AS sessions,
         (SELECT count(*) FROM route_interval)::int AS routes, (SELECT count(*) FROM arp_interval)::int AS arp,
         (SELECT count(*) FROM resource_history)::int AS configurations, (SELECT count(*) FROM resource)::int AS resources,
         (SELECT count(*) FROM coverage WHERE kind <> 'metrics')::int AS stretches,
         (SELECT sum(transitions) FROM session)::int AS transitions,
         (SELECT count(*) FROM (SELECT bytes_in - lag(bytes_in) OVER own AS grown FROM counter_sample
                                WINDOW own AS (PARTITION BY counter_id ORDER BY started_at)) AS s WHERE grown < 0)::int AS falls`

async function summaryOf(db: Database): Promise<{ summary: Record<string, number> | undefined }> {
  const { rows } = await db.pool.query<Record<string, number>>(PRESENT)
  return { summary: rows[0] }
}

async function pollsOf(db: Database): Promise<Map<string, number>> {
  const { rows } = await db.pool.query<{ track: string; polls: number }>(
    `SELECT source_id || '/' || kind AS track, polls::int FROM poll_state ORDER BY source_id, kind`,
  )
  return new Map(rows.map(({ track, polls }) => [track, polls]))
}

it('live polls over HTTP go on from a made past without a seam', { timeout: 120_000 }, async () => {
  const { db, drop } = await scratch()
  const origin = Date.now()
  const scenario: ScenarioInput = { ...pair, happenings: eventful.happenings?.slice(0, 6) ?? [] }
  await makePast(db, scenario, origin, 'around-edges')
  const past = { ...(await summaryOf(db)), polls: await pollsOf(db) }

  const simulator = await startSimulator({ scenario: parseScenario(scenario), clock: createClock(Date.now()), origin })
  const azure = createAzure({
    resourceManagerUrl: simulator.url,
    subscriptionIds: '*',
    createCredential: () => ({
      getToken: async () => ({ token: tokenFor(4_000_000_000), expiresOnTimestamp: 4_000_000_000_000 }),
    }),
  })
  const quick = 400
  const worker = startWorker({
    db,
    azure,
    intervals: {
      sessionsMs: quick,
      circuitsMs: quick,
      routesMs: quick,
      inventoryMs: quick,
      metricsMs: MINUTE,
      activityMs: quick,
    },
  })
  try {
    await eventually('three live polls of everything', async () => {
      const now = await pollsOf(db)
      return [...past.polls].every(([track, polls]) => (now.get(track) ?? 0) > polls + 2)
    })
    expect([...(await pollsOf(db)).keys()].filter((track) => !track.endsWith('/metrics'))).toEqual([
      ...past.polls.keys(),
    ])
    expect(await summaryOf(db)).toEqual({ summary: past.summary })
    expect(past.summary).toMatchObject({ falls: 0 })
    expect(past.summary?.events).toBeGreaterThan(4)
  } finally {
    await worker.stop()
    azure.close()
    await simulator.close()
    await drop()
  }
})
