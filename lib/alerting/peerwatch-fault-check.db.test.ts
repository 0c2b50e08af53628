import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { parseAccessScope } from '#lib/contract/index.ts'
import { advanceDeletionTime, listEvents } from '#lib/history/index.ts'
import { requestIncidentEvaluation } from '#lib/notify/index.ts'
import { TEST_START_TIME } from '#lib/notify/testing/facts.ts'
import { recordTestIncident } from '#lib/notify/testing/incident.ts'
import {
  acceptedDeliveryResult,
  createTestWebhookInput,
  notifyLab,
  createRefusedDeliveryResult,
} from '#lib/notify/testing/lab.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { startWatchdog } from '#lib/poller/watchdog/index.ts'
import { ConflictError, formatIso } from '#lib/questions/index.ts'
import { getAlerting } from './answers/index.ts'
import { alertingCapability } from './capability.ts'
import { createPeerwatchFaultCheck } from './peerwatch-fault-check.ts'
import { sendExternalHeartbeat } from './proof/heartbeat.ts'
import { recordWallScreen } from './store/index.ts'

const db = withTestDatabase()
const { clock, decideAt, setUp, recordingSender } = notifyLab(db)
const given = {
  alerting: { proofEveryMs: null, proofUrl: null, heartbeatUrl: null, heartbeatEveryMs: 1 },
  dataDir: '/nowhere',
}

/** Runs the watchdog once with the same fault check that worker and web use. */
async function tick(at: number) {
  clock().step(at)
  const watchdog = startWatchdog({
    db,
    clock: clock(),
    datesSamples: false,
    incidentsChanged: requestIncidentEvaluation,
    ownFaults: createPeerwatchFaultCheck(db, given),
  })
  await watchdog.tick()
  await watchdog.stop()
}
const openKinds = async () =>
  (await listEvents(db.pool, { limit: 100 })).rows
    .filter(({ ended, kind }) => ended === null && kind !== 'peer_lost' && kind !== 'nothing_polled')
    .map(({ kind, subject }) => `${kind} ${subject}`)

it('has another channel say that one fails, and that it delivers again', { timeout: 30_000 }, async () => {
  await setUp(createTestWebhookInput('broken'), createTestWebhookInput('other'))
  await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
  await decideAt(MS_PER_MINUTE)
  let isBroken = true
  const { sent, drain } = recordingSender(({ channel }) =>
    channel === 'broken' && isBroken ? createRefusedDeliveryResult('HTTP 410: gone') : acceptedDeliveryResult,
  )
  for (const minutes of [2, 4, 8]) {
    clock().step(TEST_START_TIME + minutes * MS_PER_MINUTE)
    await drain()
  }
  // the outbox uses the database's clock for notifications without a time
  await db.pool.query("UPDATE notification SET created_at = clock_timestamp() - interval '8 minutes'")
  await tick(TEST_START_TIME + 9 * MS_PER_MINUTE)
  expect(await openKinds()).toEqual(['channel_failing broken'])
  await decideAt(10 * MS_PER_MINUTE)
  await drain()
  const notified = sent.filter(({ message: { content } }) => 'kind' in content && content.kind === 'channel_failing')
  expect(notified.map(({ channel }) => channel)).toContain('other')
  isBroken = false
  clock().step(TEST_START_TIME + 60 * MS_PER_MINUTE)
  await drain()
  await tick(TEST_START_TIME + 61 * MS_PER_MINUTE)
  expect(await openKinds()).toEqual([])
})

it('reports a wall that draws nothing any more, until it does', async () => {
  await recordWallScreen(db.pool, 'NOC')
  await db.pool.query("UPDATE wall_screen SET last_seen_at = $1::timestamptz - interval '3 minutes'", [new Date()])
  await tick(Date.now())
  expect(await openKinds()).toEqual(['screen_silent NOC'])
  await recordWallScreen(db.pool, 'NOC')
  await tick(Date.now() + 1_000)
  expect(await openKinds()).toEqual([])
})

it('forgets a wall after a week without a sign of life, but not by a clock that is ahead', async () => {
  const names = async () =>
    (await db.pool.query('SELECT name FROM wall_screen ORDER BY name')).rows.map(({ name }) => name)
  const seen = (days: number) =>
    db.pool.query("UPDATE wall_screen SET last_seen_at = clock_timestamp() - $1 * interval '1 day'", [days])
  const now = Date.now()
  await advanceDeletionTime(db.pool, { now: now - 2 * MS_PER_DAY, azureNow: now - 2 * MS_PER_DAY })
  await seen(8)
  await recordWallScreen(db.pool, 'second')
  expect(await names()).toEqual(['NOC', 'second'])
  await advanceDeletionTime(db.pool, { now, azureNow: now })
  await recordWallScreen(db.pool, 'second')
  expect(await names()).toEqual(['second'])
  await db.pool.query("DELETE FROM wall_screen; DELETE FROM deployment WHERE key = 'deletion-time'")
})

it('reports a deletion that is larger than usual, until an admin confirms it', async () => {
  const now = Date.now()
  await advanceDeletionTime(db.pool, { now: now - 7 * MS_PER_DAY, azureNow: now - 7 * MS_PER_DAY })
  await advanceDeletionTime(db.pool, { now, azureNow: now })
  await tick(now)
  expect(await openKinds()).toEqual(['deletion_held history'])
  const shown = async () => (await getAlerting(db, given, 'everything')).heldDeletion
  expect(await shown()).toMatchObject({ from: now - 7 * MS_PER_DAY, upTo: now })
  expect((await getAlerting(db, given, parseAccessScope(['customer:Contoso']))).heldDeletion).toBeNull()
  const command = alertingCapability.work?.confirmDeletion
  const confirm = async (upTo: number) =>
    command?.work({ db, body: { upTo: formatIso(upTo) } } as Parameters<typeof command.work>[0])
  await expect(confirm(now + 1)).rejects.toThrow(ConflictError)
  await confirm(now)
  expect(await shown()).toBeNull()
  await tick(now + 1_000)
  expect(await openKinds()).toEqual([])
})

it('pings an outside watcher while alerting is proved, by the rules of what may be reached', async () => {
  let pings = 0
  const watcher = createServer((_, response) => {
    pings += 1
    response.end()
  })
  await new Promise<void>((resolve) => watcher.listen(0, '127.0.0.1', resolve))
  const { port } = watcher.address() as AddressInfo
  const to = (allow: { host: string; port: number }[]) => ({
    url: `http://127.0.0.1:${port}/ping/secret`,
    outbound: { allow, lookup: async () => [] },
    now: Date.now,
  })
  expect(await sendExternalHeartbeat(to([]), { state: 'proved' })).toContain('OUTBOUND_ALLOW does not list it')
  const listed = to([{ host: '127.0.0.1', port }])
  for (const state of ['broken', 'pending', 'off'] as const)
    expect(await sendExternalHeartbeat(listed, { state })).toBe('withheld')
  expect(pings).toBe(0)
  expect(await sendExternalHeartbeat(listed, { state: 'proved' })).toBe('sent')
  expect(pings).toBe(1)
  watcher.close()
})
