import { readFileSync, readdirSync } from 'node:fs'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problem } from '#lib/contract/index.ts'
import { databaseFor } from '#lib/queries/index.ts'
import * as metrics from '../metrics/route.ts'
import { withOwnServer } from './testing/own-server.ts'
import * as health from './health/route.ts'
import * as weekly from './v1/cost/weekly/route.ts'
import * as diff from './v1/routes/diff/route.ts'
import * as circuits from './v1/circuits/route.ts'
import * as incidents from './v1/incidents/route.ts'
import * as overview from './v1/overview/route.ts'
import * as thresholds from './v1/settings/thresholds/route.ts'

/** As in the product, only shorter, so that nobody waits for them. */
const LIMITS = { statementLimitMs: 400, waitMs: 1_500 }

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response> | Response

const own = withOwnServer(LIMITS)

async function ask(handler: Handler, { query = '', method = 'GET', body }: Asked = {}) {
  const request = new Request(`http://127.0.0.1/api/v1/x${query}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const response = await handler(request, { params: Promise.resolve({}) })
  const text = await response.text()
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text }
}
interface Asked {
  query?: string
  method?: string
  body?: unknown
}

const detailOf = ({ text }: { text: string }) => problem.parse(JSON.parse(text)).detail
const statusOf = async (handler: Handler) => (await ask(handler)).status
const saveThresholds = (version = 0) => ask(thresholds.PUT, { method: 'PUT', body: { version, values: {} } })

async function thresholdsVersion(): Promise<number> {
  const { rows } = await own.admin.query('SELECT coalesce(max(version), 0) AS version FROM detection_settings')
  return rows[0].version
}

/** Keeps everybody from a table while `work` runs. */
async function whileLocked<T>(table: string, work: () => Promise<T>): Promise<T> {
  const holder = new pg.Client({ connectionString: own.url })
  await holder.connect()
  try {
    await holder.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
    return await work()
  } finally {
    await holder.end()
  }
}

it.each(['commands', 'alerting'] as const)(
  'a web that freezes inside a transaction of %s keeps its locks 30 s at most',
  async (use) => {
    const { rows } = await databaseFor(use).pool.query<{ ms: number }>(
      `SELECT setting::int AS ms FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'`,
    )
    expect(rows[0]?.ms).toBeGreaterThan(0)
    expect(rows[0]?.ms).toBeLessThanOrEqual(30_000)
  },
)

describe('questions that are blocked', () => {
  it('take nobody else along, end at the limit, and say so', async () => {
    const answers = await whileLocked('cost_decision', async () => {
      const blocked = Promise.all(Array.from({ length: 14 }, () => ask(weekly.GET)))
      for (const handler of [overview.GET, incidents.GET, circuits.GET, health.GET])
        expect(await statusOf(handler)).toBe(200)
      expect((await ask(metrics.GET)).text).toContain('peerwatch_database_up 1')
      return blocked
    })
    for (const answer of answers) {
      expect(answer.status).toBe(503)
      expect(detailOf(answer)).toMatch(/^(The question took longer than 12 s|Too many questions at once)/)
    }
    expect(answers.map(detailOf)).toContainEqual(expect.stringMatching(/^The question took longer than 12 s/))
    expect(answers[0]?.retryAfter).toBe('30')
    expect(await statusOf(weekly.GET)).toBe(200)
  })

  it('are let in four at a time when they are heavy', async () => {
    await whileLocked('cost_decision', async () => {
      const blocked = Promise.all(Array.from({ length: 6 }, () => ask(weekly.GET)))
      const text = await ask(metrics.GET)
      expect(text.text).toMatch(/^peerwatch_heavy_questions 4$/m)
      expect(text.text).toMatch(/^peerwatch_heavy_questions_waiting 2$/m)
      await blocked
    })
  })
})

describe('when every connection for questions is in use', () => {
  const taken: pg.PoolClient[] = []
  beforeEach(async () => {
    const { pool } = databaseFor('questions')
    for (let i = 0; i < pool.options.max; i += 1) taken.push(await pool.connect())
  })
  afterEach(() => {
    for (const client of taken.splice(0)) client.release()
  })

  it('a question is refused as one of too many, and the database is not blamed', async () => {
    const answer = await ask(incidents.GET)
    expect(answer).toMatchObject({ status: 503, retryAfter: '5' })
    expect(detailOf(answer)).toMatch(/^Too many questions at once/)
  })

  it('heavy questions, changes, alerting, health and metrics go on', async () => {
    const waiting = ask(incidents.GET)
    expect(await statusOf(diff.GET)).toBe(200)
    expect(await statusOf(weekly.GET)).toBe(200)
    expect((await saveThresholds(await thresholdsVersion())).status).toBe(200)
    expect((await databaseFor('alerting').pool.query('SELECT 1')).rowCount).toBe(1)
    expect(await statusOf(health.GET)).toBe(200)
    const { text } = await ask(metrics.GET)
    expect(text).toContain('peerwatch_database_up 1')
    expect(text).toMatch(/^peerwatch_database_connections\{use="questions",state="in_use"\} 8$/m)
    expect(text).toMatch(/^peerwatch_database_connections_limit\{use="questions"\} 8$/m)
    expect(text).toMatch(/^peerwatch_database_waiting\{use="questions"\} 1$/m)
    expect((await waiting).status).toBe(503)
  })
})

it('a database that falls silent is given up, and asked again when it is back', async () => {
  const handlers = [overview.GET, incidents.GET, weekly.GET]
  // so that there are connections to fall silent
  for (const handler of [...handlers, health.GET]) expect(await statusOf(handler)).toBe(200)
  const pids = await processesOf(own.admin)
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  try {
    const [alone, ...others] = await Promise.all([saveThresholds(), ...handlers.map((handler) => ask(handler))])
    expect(alone).toMatchObject({ status: 503, retryAfter: '2' })
    expect(alone && detailOf(alone)).toMatch(/^The database does not answer/)
    // who waited behind others only knows that
    expect(others.map(({ status }) => status)).toEqual(handlers.map(() => 503))
    expect(await statusOf(health.GET)).toBe(503)
    expect((await ask(metrics.GET)).text).toContain('peerwatch_database_up 0')
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
  for (const handler of [...handlers, health.GET]) expect(await statusOf(handler)).toBe(200)
  expect((await saveThresholds(await thresholdsVersion())).status).toBe(200)
})

/** The server and its children; a client that connects later waits for the first of them. */
async function processesOf(client: pg.Client): Promise<number[]> {
  const { rows } = await client.query<{ file: string }>(`SELECT pg_read_file('postmaster.pid') AS file`)
  const postmaster = Number(rows[0]?.file.split('\n')[0])
  const children = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === postmaster)
  return [postmaster, ...children]
}

function parentOf(pid: number): number | null {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return null
  }
}
