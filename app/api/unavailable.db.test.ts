import pg from 'pg'
import { expect, it, vi } from 'vitest'
import { livenessSchema, readinessSchema } from '#lib/setup/api/index.ts'
import { problemSchema } from '#lib/contract/index.ts'
import { withOwnServer } from './testing/own-server.ts'
import * as live from './health/live/route.ts'
import * as ready from './health/ready/route.ts'
import * as health from './health/route.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'

const incidents = getHandlersOfPath('/incidents')
const thresholds = getHandlersOfPath('/settings/thresholds')

const own = withOwnServer()

/** Timeout for a slow machine. */
const PATIENT = { timeout: 60_000 }

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response> | Response

const get = async (handler: Handler) =>
  handler(new Request('http://127.0.0.1/api/v1/x'), { params: Promise.resolve({}) })

async function savedVersions(): Promise<number> {
  return (await own.admin.query('SELECT count(*)::int AS n FROM detection_settings')).rows[0].n
}

/** Saves a change by a request. */
async function save() {
  const request = new Request('http://127.0.0.1/api/v1/settings/thresholds', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: await savedVersions(), values: {} }),
  })
  const response = await thresholds.PUT(request, { params: Promise.resolve({}) })
  const retryAfter = response.headers.get('retry-after')
  return { status: response.status, retryAfter, body: await response.json() }
}

async function setReadOnly(on: boolean) {
  await own.admin.query(`ALTER SYSTEM SET default_transaction_read_only = ${on ? 'on' : 'off'}`)
  await own.admin.query('SELECT pg_reload_conf()')
  await vi.waitFor(async () => {
    const { rows } = await own.admin.query('SHOW default_transaction_read_only')
    expect(rows[0].default_transaction_read_only).toBe(on ? 'on' : 'off')
  }, PATIENT)
}

it('a read-only database is a 503 for changes, seen by readiness, and not by health', async () => {
  const before = await savedVersions()
  await setReadOnly(true)
  try {
    const refused = await save()
    expect(refused).toMatchObject({ status: 503, retryAfter: '10' })
    expect(problemSchema.parse(refused.body).detail).toMatch(/^The database is read only/)
    expect((await get(incidents.GET)).status).toBe(200)
    const answer = await get(ready.GET)
    expect(answer.status).toBe(503)
    expect(readinessSchema.parse(await answer.json()).writes).toBe(false)
    expect((await get(health.GET)).status).toBe(200)
    expect((await get(live.GET)).status).toBe(200)
  } finally {
    await setReadOnly(false)
  }
  expect(await savedVersions()).toBe(before)
  await vi.waitFor(async () => expect((await save()).status).toBe(200), PATIENT)
  expect(readinessSchema.parse(await (await get(ready.GET)).json()).writes).toBe(true)
})

it('a change that loses a deadlock is a 503 that is worth another attempt', async () => {
  const rival = new pg.Client({ connectionString: own.url })
  await rival.connect()
  // the change's own transaction checks for deadlocks first, and so it is aborted
  await rival.query(`SET deadlock_timeout = '10min'`)
  await own.admin.query(`
    CREATE FUNCTION take_second() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock(1); PERFORM pg_advisory_xact_lock(2); RETURN NEW; END $$;
    CREATE TRIGGER take_second BEFORE INSERT ON detection_settings FOR EACH ROW EXECUTE FUNCTION take_second()`)
  const before = await savedVersions()
  await rival.query('BEGIN; SELECT pg_advisory_xact_lock(2)')
  const saving = save()
  await vi.waitFor(async () => {
    const { rows } = await own.admin.query(`SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted`)
    expect(rows[0].n).toBe(1)
  }, PATIENT)
  await rival.query('SELECT pg_advisory_xact_lock(1)')
  const lost = await saving
  expect(lost).toMatchObject({ status: 503, retryAfter: '1' })
  expect(problemSchema.parse(lost.body).detail).toMatch(/^Another change came in between/)
  await rival.query('ROLLBACK')
  await rival.end()
  await own.admin.query('DROP TRIGGER take_second ON detection_settings')
  expect(await savedVersions()).toBe(before)
  expect((await save()).status).toBe(200)
})

// lib/poller/database-failures.db.test.ts tests a disk that is really full
it.each([
  ['53100', '60', /^The disk of the database is full/],
  ['53200', '5', /^The database has no connection, memory or other resource left/],
  ['40001', '1', /^Another change came in between/],
  ['57P01', '2', /^The database does not answer/],
])('SQLSTATE %s, raised by a trigger, is a 503 of its own', async (state, retryAfter, words) => {
  await own.admin.query(`
    CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'simulated' USING ERRCODE = '${state}'; END $$;
    CREATE TRIGGER fail BEFORE INSERT ON detection_settings FOR EACH ROW EXECUTE FUNCTION fail()`)
  const failed = await save()
  expect(failed).toMatchObject({ status: 503, retryAfter })
  expect(problemSchema.parse(failed.body).detail).toMatch(words)
  await own.admin.query('DROP TRIGGER fail ON detection_settings')
  expect((await save()).status).toBe(200)
})

it('a web without any database is alive, and not ready', async () => {
  await own.connectTo('postgresql://nobody@127.0.0.1:1/none')
  const alive = await get(live.GET)
  expect(alive.status).toBe(200)
  expect(livenessSchema.parse(await alive.json()).status).toBe('ok')
  expect((await get(health.GET)).status).toBe(503)
  const answer = await get(ready.GET)
  expect(answer.status).toBe(503)
  expect(readinessSchema.parse(await answer.json())).toMatchObject({ writes: false, alerting: false })
})
