import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAzureClient, type HttpExchange } from '#lib/azure/index.ts'
import { listEvents, type StoredEvent } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { startWorker } from '#lib/poller/index.ts'
import {
  oneCircuitScenario,
  parseSimulatorScenario,
  type RunningSimulator,
  startSimulator,
  createSimulatedCredential,
} from '#lab/simulator/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { pollEstate, readRecording, createExchangeRecorder, serveRecording } from './index.ts'

/**
 * Tolerance: times are truncated to milliseconds on their way, and readings of the same clock may differ between CPU
 * cores.
 */
const CLOCKS_MS = 50
const intervals = {
  sessionsMs: MS_PER_SECOND,
  circuitsMs: 2 * MS_PER_SECOND,
  routesMs: 3 * MS_PER_SECOND,
  inventoryMs: 5 * MS_PER_SECOND,
  metricsMs: 60 * MS_PER_SECOND,
  activityMs: 60 * MS_PER_SECOND,
}
const dbOfRecorded = withTestDatabase()
const dbOfReplayed = withTestDatabase()
let folder = ''
let simulator: RunningSimulator
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-replay-'))
  simulator = await startSimulator({ scenario: parseSimulatorScenario(oneCircuitScenario) })
})
afterAll(async () => {
  await simulator.close()
  rmSync(folder, { recursive: true })
})

const clientOf = (url: string, onExchange?: (exchange: HttpExchange) => void) =>
  createAzureClient({
    resourceManagerUrl: url,
    subscriptionIds: '*',
    createCredential: createSimulatedCredential,
    ...(onExchange && { onExchange }),
  })

async function eventually<T>(what: string, read: () => Promise<T | null | false>): Promise<T> {
  const deadline = performance.now() + 90_000
  for (;;) {
    const seen = await read()
    if (seen !== null && seen !== false) return seen
    if (performance.now() > deadline) throw new Error(`not seen: ${what}`)
    await delay(50)
  }
}

/** Reports whether every session of the gateway and both paths of the circuit were polled several times. */
const hasBaseline = async (db: Database) => {
  const { rows } = await db.pool.query(
    `SELECT count(*)::int AS n FROM poll_state WHERE kind IN ('peers', 'summary', 'learned') AND last_outcome = 'ok' AND polls >= 2`,
  )
  return rows[0].n >= 4
}

const events = async (db: Database) => (await listEvents(db.pool, { limit: 200 })).rows
const hasEvent = async (db: Database, kind: string) => (await events(db)).some((event) => event.kind === kind)

async function peerPolls(db: Database): Promise<number> {
  const { rows } = await db.pool.query(`SELECT coalesce(sum(polls), 0)::int AS n FROM poll_state WHERE kind = 'peers'`)
  return rows[0].n
}

/** Returns the network events after the start, without events about Peerwatch's own polls. */
const happened = (all: StoredEvent[], from: number) =>
  all
    .filter(({ kind, partOf, started }) => partOf === null && started.latest >= from && kind.startsWith('session_'))
    .map(({ kind, subject, started }) => ({ kind, subject, started }))
    .toSorted((a, b) => `${a.kind} ${a.subject}`.localeCompare(`${b.kind} ${b.subject}`))

it('a recording that is replayed gives the same kinds and subjects of events, with overlapping bounds', {
  timeout: 300_000,
}, async () => {
  const file = path.join(folder, 'estate.ndjson.gz')
  const faults: unknown[] = []
  const recorder = createExchangeRecorder(file, {
    // Subjects of events are addresses, which must be kept so that they can be compared.
    kept: ['addresses'],
    startedAt: Date.now(),
    onFault: (error) => faults.push(error),
  })
  const recorded = clientOf(simulator.url, recorder.note)
  const first = startWorker({ db: dbOfRecorded, azure: recorded, intervals })
  await eventually('a baseline', () => hasBaseline(dbOfRecorded))
  const began = Date.now()
  const { id } = simulator.control.happen({
    op: 'session-loss',
    gateway: 'gw-pair',
    instance: '10.0.4.12',
    neighbor: '10.0.4.4',
  })
  await eventually('the session is lost', () => hasEvent(dbOfRecorded, 'session_down'))
  // Wait long enough for a replay that is polled at other times, and for a slower machine.
  const polls = await peerPolls(dbOfRecorded)
  await eventually('it stays so', async () => (await peerPolls(dbOfRecorded)) >= polls + 5)
  simulator.control.restore(id)
  await eventually('the session is back', () => hasEvent(dbOfRecorded, 'session_up'))
  await first.stop()
  recorded.close()
  recorder.close()
  expect(faults).toEqual([])

  const recording = readRecording(file)
  // The replay stays at the beginning until the second worker has recorded the initial state.
  let released: number | null = null
  const present = Date.now()
  const clock = () => (released === null ? present : present + (Date.now() - released))
  const server = await serveRecording(recording, { clock })
  const replayed = clientOf(server.url)
  const second = startWorker({ db: dbOfReplayed, azure: replayed, intervals })
  try {
    await eventually('a baseline of the replay', () => hasBaseline(dbOfReplayed))
    released = Date.now()
    await eventually('the session is back in the replay', () => hasEvent(dbOfReplayed, 'session_up'))
  } finally {
    await second.stop()
    replayed.close()
    await server.close()
  }
  const later = released - server.from
  const [before, after] = [
    happened(await events(dbOfRecorded), began),
    happened(await events(dbOfReplayed), began + later),
  ]
  const named = (all: typeof before) => all.map(({ kind, subject }) => `${kind} ${subject}`)
  expect(named(after)).toEqual(named(before))
  expect(named(before)).toEqual(
    expect.arrayContaining(['session_down 10.0.4.12~10.0.4.4', 'session_up 10.0.4.12~10.0.4.4']),
  )
  for (const [i, { started }] of before.entries()) {
    const other = after[i]?.started
    if (!other) throw new Error('an event is missing')
    expect(other.earliest - later).toBeLessThanOrEqual(started.latest + CLOCKS_MS)
    expect(other.latest - later).toBeGreaterThanOrEqual(started.earliest - CLOCKS_MS)
  }
})

it('an estate is recorded without a database, and nothing of its names remains', { timeout: 120_000 }, async () => {
  const file = path.join(folder, 'alone.ndjson.gz')
  const recorder = createExchangeRecorder(file, { kept: [], startedAt: Date.now(), onFault: () => {} })
  const ends = new AbortController()
  const kinds = new Set<string>()
  const azure = clientOf(simulator.url, recorder.note)
  const polling = pollEstate({
    azure,
    intervals,
    signal: ends.signal,
    onPoll: ({ kind, outcome }) => {
      if (outcome === 'ok') kinds.add(kind)
    },
  })
  const wanted = [
    'inventory',
    'peers',
    'learned',
    'advertised',
    'summary',
    'arp',
    'tables',
    'stats',
    'connection',
    'metrics',
    'activity',
  ]
  await eventually('every kind', async () => wanted.every((kind) => kinds.has(kind)))
  ends.abort()
  await polling.catch(() => {})
  azure.close()
  recorder.close()
  const text = JSON.stringify(readRecording(file).exchanges)
  for (const original of ['gw-pair', 'erc-pair', 'rg-pair', '00000000-c0de-4000-8000-0000000000f1', '10.0.4.12']) {
    expect(text).not.toContain(original)
  }
})
