import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { pollEvaluationStages } from '#lib/detection/group/stages.ts'
import { processLogger } from '#lib/platform/log.ts'
import {
  defaultNotifySettings as settings,
  listChannels,
  listNotifications,
  createSecretBox,
  createNotificationSender,
} from '#lib/notify/index.ts'
import { OutboxDeliverer } from '#lib/notify/jobs/outbox/outbox-deliverer.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { ALERTING_LEASE, runWithWorkLease } from '#lib/platform/leases/index.ts'
import { createTestDatabase, withTestDatabase } from '#lib/platform/testing/database.ts'
import { readAlertingProof } from '../answers/index.ts'
import { createPeerwatchFaultCheck } from '../peerwatch-fault-check.ts'
import { receiveAlertingProofMessage } from './receive-proof.ts'
import { runAlertingProof } from './run-alerting-proof.ts'

/** Detection stage with the rules for paths and circuits; a test turns it off. */
const stage = pollEvaluationStages.find(({ run }) => String(run).includes('evaluateCircuitRules'))

const db = withTestDatabase()
const secrets = createSecretBox('a key of the test, long enough')
const clock = machineClock
const EVERY_MS = 600_000

/** Server on its own socket that receives notifications with the product's function. */
let refuses = 0
let server: Server
let url = ''
let isAssumed = false
const proofUrl = () => ({ url, isAssumed })
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString()
      const headers = new Headers(request.headers as Record<string, string>)
      const isTaken =
        refuses === 0 && (await receiveAlertingProofMessage(db.pool, { headers, body }, { secrets, clock }))
      response.writeHead(isTaken ? 200 : refuses || 401).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(() => server.close())
afterEach(async () => {
  refuses = 0
  isAssumed = false
  await db.pool.query('TRUNCATE alerting_proof')
})

const outbound = { allow: [], lookup: async () => [] }
const deliverer = () =>
  new OutboxDeliverer({
    db,
    clock,
    settings,
    send: createNotificationSender({ clock, settings, secrets, mail: null, publicUrl: null, outbound, proofUrl }),
    log: processLogger,
    random: () => 0.5,
  })

/** Runs a round while a notifier delivers, as in worker and web. */
async function round(more: Partial<Parameters<typeof runAlertingProof>[0]> = {}, delivers = true) {
  const ended = new AbortController()
  const delivering = (async () => {
    while (delivers && !ended.signal.aborted) {
      await deliverer().drain(ended.signal)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  try {
    return await runAlertingProof({ db, secrets, patienceMs: 1_000, ...more }, AbortSignal.timeout(30_000))
  } finally {
    ended.abort()
    await delivering
  }
}

const verdict = (now?: number) =>
  readAlertingProof(db, EVERY_MS, { upMs: 100 * EVERY_MS, ...(now !== undefined && { now }) })

async function committed(): Promise<Record<string, number>> {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('alerting_proof', 'notify_channel')
       AND tablename NOT LIKE '\\_%' ORDER BY 1`,
  )
  const counts: Record<string, number> = {}
  for (const { name } of rows) {
    const found = await db.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${name}`)
    counts[name] = found.rows[0]?.n ?? -1
  }
  return counts
}

const EVALUATED = () => runWithWorkLease(db, ALERTING_LEASE, async () => true)

describe('a round', { timeout: 60_000 }, () => {
  it('goes from the fall to the receiver, and leaves nothing that anybody is shown', async () => {
    await EVALUATED()
    const before = await committed()
    expect(await round()).toEqual({ step: 'receive', error: null })
    const { state, tookSeconds, words } = await verdict()
    expect({ state, tookSeconds, words }).toEqual({
      state: 'proved',
      tookSeconds: expect.any(Number),
      words: 'Alerting reaches nobody: add a channel',
    })
    // the sent notification is in the outbox, but is not listed
    const after = await committed()
    expect(after).toEqual({ ...before, notification: 1, write_probe: 1 })
    expect((await listNotifications(db, { limit: 100 })).data).toEqual([])
    expect((await listChannels(db, { mail: null, publicUrl: null, secrets })).channels).toEqual([])
  })

  it('is not proved by a notification that somebody else signed', async () => {
    const headers = new Headers({ 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,eA==' })
    expect(await receiveAlertingProofMessage(db.pool, { headers, body: '{}' }, { secrets, clock })).toBe(false)
    const now = String(Math.floor(Date.now() / 1_000))
    headers.set('webhook-timestamp', now)
    expect(await receiveAlertingProofMessage(db.pool, { headers, body: '{}' }, { secrets, clock })).toBe(false)
  })
})

describe('a broken link is named', { timeout: 60_000 }, () => {
  /** Runs two rounds after a successful one, at the configured interval. */
  async function brokenBy(links: () => Promise<unknown>) {
    await EVALUATED()
    expect((await round()).error).toBeNull()
    await links()
    return verdict()
  }

  it('a rule that is off', async () => {
    const proof = await brokenBy(async () => {
      if (!stage) throw new Error('there is no stage of circuits')
      const { run } = stage
      Object.assign(stage, { run: () => {} })
      await round()
      Object.assign(stage, { run })
    })
    expect(proof).toMatchObject({ state: 'broken', step: 'detect', words: 'ALERTING BROKEN: no incident is raised' })
  })

  it('incidents that are not kept', async () => {
    const proof = await brokenBy(async () => {
      await db.pool.query('CREATE RULE off AS ON INSERT TO incident DO INSTEAD NOTHING')
      await round()
      await db.pool.query('DROP RULE off ON incident')
    })
    expect(proof).toMatchObject({ state: 'broken', step: 'decide' })
  })

  it('a receiver that refuses, with its answer', async () => {
    const proof = await brokenBy(async () => {
      refuses = 503
      await round()
    })
    expect(proof).toMatchObject({ state: 'broken', step: 'deliver', error: expect.stringContaining('HTTP 503') })
  })

  it('save where nobody said where the web is: that is said instead', async () => {
    const proof = await brokenBy(async () => {
      refuses = 404
      isAssumed = true
      await round()
    })
    expect(proof).toMatchObject({ state: 'unset', step: null, isReceived: false })
    expect(proof.error).toContain('set it where workers run')
  })

  it('a notifier that delivers nothing', async () => {
    const proof = await brokenBy(() => round({}, false))
    expect(proof).toMatchObject({ step: 'deliver', error: 'no process sent the notification in time' })
  })

  it('a clock that is wrong', async () => {
    const proof = await brokenBy(() => round({ machine: { now: () => Date.now() + 3_600_000 } }))
    expect(proof).toMatchObject({ state: 'broken', step: 'clock', error: expect.stringContaining('3600 s') })
  })

  it('a worker that froze in the middle, and one that begins no more', async () => {
    await brokenBy(() =>
      db.pool.query(
        `INSERT INTO alerting_proof (id, started_at, step) VALUES ('frozen', clock_timestamp() - interval '3 minutes', 'record')`,
      ),
    )
    await db.pool.query("UPDATE alerting_proof SET started_at = started_at - interval '5 minutes' WHERE id <> 'frozen'")
    expect(await verdict()).toMatchObject({ state: 'broken', step: 'record' })
    expect(await verdict(Date.now() + 2.1 * EVERY_MS)).toMatchObject({ state: 'broken', step: 'worker' })
  })

  it('a database that takes no writes', async () => {
    const { url, drop } = await createTestDatabase()
    const name = new URL(url).pathname.slice(1)
    const writer = createDatabase(url, { max: 1, applicationName: 'peerwatch-test' })
    await writer.pool.query(`ALTER DATABASE "${name}" SET default_transaction_read_only = on`)
    await writer.close()
    const fresh = createDatabase(url, { max: 4, applicationName: 'peerwatch-test' })
    await expect(runAlertingProof({ db: fresh, secrets }, AbortSignal.timeout(9_000))).rejects.toThrow('read-only')
    expect(await readAlertingProof(fresh, EVERY_MS)).toMatchObject({ state: 'broken', step: 'database' })
    await fresh.close()
    await drop()
  })

  it('and somebody is called when the next round fails, too', async () => {
    await brokenBy(async () => {
      refuses = 503
      await round()
      await round()
    })
    const alerting = { proofEveryMs: EVERY_MS, proofUrl: null, heartbeatUrl: null, heartbeatEveryMs: 1 }
    const faultsAt = (ms: number) => createPeerwatchFaultCheck(db, { alerting, dataDir: '/nowhere' })(Date.now() + ms)
    expect(await faultsAt(0)).toEqual([])
    expect(await faultsAt(1.95 * EVERY_MS)).toMatchObject([{ kind: 'alerting_unproved', subject: 'deliver' }])
  })
})
