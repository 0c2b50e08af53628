import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { acknowledgeIncident, saveThresholdsAsNewVersion } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { requestAlertEvaluation } from './index.ts'
import { defaultNotifySettings as settings } from './settings.ts'
import { TEST_START_TIME } from './testing/facts.ts'
import { recordTestIncident, recordTestIncidentInTransaction } from './testing/incident.ts'
import { createTestWebhookInput, notifyLab, sentReasons } from './testing/lab.ts'
import { evaluateNoDataAlerts } from './jobs/alerts/no-data-alerts.ts'

const db = withTestDatabase()
const { clock, context, decide, decideAt, log, setUp, recordingSender } = notifyLab(db)

describe('the outbox', () => {
  it('contains nothing of a transaction that was rolled back', async () => {
    await setUp(createTestWebhookInput('a'))
    await expect(
      db.transaction(async (client) => {
        await recordTestIncidentInTransaction(client, { name: 'x', at: TEST_START_TIME })
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    expect(await decideAt(MS_PER_HOUR)).toBe(0)
  })

  it('gets one notice per state change of an incident, however often it is evaluated', async () => {
    await setUp(createTestWebhookInput('a'), createTestWebhookInput('b'))
    const id = await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    expect(await decideAt(19_000)).toBe(0)
    expect(await decideAt(20_000)).toBe(2)
    expect(await decideAt(21_000)).toBe(0)
    await acknowledgeIncident(db.pool, id, { by: 'ann', note: 'on it', at: TEST_START_TIME + 30_000 })
    await requestAlertEvaluation(db, id, TEST_START_TIME + 30_000)
    expect(await decideAt(30_000)).toBe(2)
    await recordTestIncident(db, {
      name: 'x',
      at: TEST_START_TIME,
      severity: 'critical',
      closedAt: TEST_START_TIME + 10 * MS_PER_MINUTE,
    })
    expect(await decideAt(10 * MS_PER_MINUTE)).toBe(2)
    expect(await decideAt(24 * MS_PER_HOUR)).toBe(0)
    const { sent, drain } = recordingSender()
    await drain()
    const toA = sent.filter(({ channel }) => channel === 'a')
    expect(sentReasons(toA)).toEqual(['opened x', 'acknowledged x', 'closed x'])
    const [opening, ...later] = toA.map(({ message }) => message)
    expect(opening?.inReplyTo).toBeNull()
    for (const { inReplyTo } of later) expect(inReplyTo).toBe(opening?.id)
    expect(toA[2]?.message.content).toMatchObject({ outage: { atLeastSeconds: 7 * 60, atMostSeconds: 9 * 60 } })
  })

  it('is written completely or not at all: a failed evaluation is repeated', async () => {
    await setUp(createTestWebhookInput('a'), createTestWebhookInput('b'))
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    await db.pool.query(
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'out of disk'; END $$`,
    )
    // the second of two channels fails, after the first was written
    await db.pool.query(
      `CREATE TRIGGER fail BEFORE INSERT ON notification FOR EACH ROW WHEN (NEW.channel_name = 'b') EXECUTE FUNCTION fail()`,
    )
    expect(await decideAt(MS_PER_MINUTE)).toBe(0)
    expect(await log()).toEqual([])
    await db.pool.query('DROP TRIGGER fail ON notification; DROP FUNCTION fail()')
    expect(await decideAt(2 * MS_PER_MINUTE)).toBe(2)
  })

  it('is filled by one process at a time', async () => {
    await setUp(createTestWebhookInput('a'))
    for (const name of ['x', 'y', 'z'])
      await recordTestIncident(db, { name, at: TEST_START_TIME, severity: 'critical' })
    clock().step(TEST_START_TIME + MS_PER_MINUTE)
    const written = await Promise.all([decide(), decide(), decide()])
    expect(written.reduce<number>((sum, n) => sum + (n ?? 0), 0)).toBe(3)
    expect(await decide()).toBe(0)
    expect(await log()).toHaveLength(3)
  })

  it('gets nothing for events that maintenance expects, nor for unconfirmed ones', async () => {
    await setUp(createTestWebhookInput('a'))
    await recordTestIncident(db, { name: 'expected', at: TEST_START_TIME, flags: ['maintenance:m1'] })
    await recordTestIncident(db, { name: 'doubtful', at: TEST_START_TIME, flags: ['unconfirmed'] })
    expect(await decideAt(MS_PER_HOUR)).toBe(0)
    await recordTestIncident(db, { name: 'doubtful', at: TEST_START_TIME, flags: [] })
    expect(await decideAt(MS_PER_HOUR)).toBe(1)
    expect((await log()).map(({ title }) => title)).toEqual(['[MAJOR] Peer lost: gw, doubtful'])
  })

  it('gets an acknowledgement at the next evaluation even without a request', async () => {
    await setUp(createTestWebhookInput('a'))
    const id = await recordTestIncident(db, { name: 'x', at: TEST_START_TIME })
    await decideAt(MS_PER_MINUTE)
    await acknowledgeIncident(db.pool, id, { by: 'ann', note: null, at: TEST_START_TIME + 2 * MS_PER_MINUTE })
    await decideAt(2 * MS_PER_MINUTE)
    expect((await log()).map(({ reason }) => reason)).toEqual(['acknowledged', 'opened'])
  })
})

describe('a flapping incident', () => {
  it.each([
    ['', null],
    [', after an upgrade of a version without known faults while it was silent', 4],
    [', after an upgrade before it flapped', 2],
  ])('gets a notice of a fault with another cause, and none of a repetition%s', async (_, upgradedAt) => {
    await setUp(createTestWebhookInput('a'))
    const owners = ['onprem', 'onprem', 'onprem', 'onprem', 'microsoft', 'microsoft', 'onprem'] as const
    for (const [n, owner] of owners.entries()) {
      if (n === upgradedAt) await db.pool.query(`UPDATE alert_state SET state = state - 'known'`)
      const at = n * 8 * MS_PER_MINUTE
      const causes = [{ class: `closed by ${owner}`, owner, confidence: 0.9, evidence: [], nextStep: '' }]
      const spec = { name: 'x', event: `x${n}`, at: TEST_START_TIME + at, causes }
      await recordTestIncident(db, spec)
      await decideAt(at + MS_PER_MINUTE)
      await recordTestIncident(db, { ...spec, closedAt: TEST_START_TIME + at + 4 * MS_PER_MINUTE })
      await decideAt(at + 4 * MS_PER_MINUTE)
    }
    const { sent, drain } = recordingSender()
    await drain()
    expect(sentReasons(sent)).toEqual(
      ['opened', 'closed', 'opened', 'closed', 'flapping', 'extended'].map((r) => `${r} x`),
    )
    const begun = new Date(TEST_START_TIME + 32 * MS_PER_MINUTE).toISOString()
    expect(sent.at(-1)?.message.content).toMatchObject({
      faults: [{ owner: 'microsoft', cause: 'closed by microsoft', startedBetween: [expect.any(String), begun] }],
    })
  })
})

describe('a storm', () => {
  it('leads to six notices and one digest with the rest; critical ones pass', async () => {
    await setUp(createTestWebhookInput('a', { kind: 'slack' }))
    for (let n = 0; n < 10; n += 1) await recordTestIncident(db, { name: `m${n}`, at: TEST_START_TIME + n })
    await recordTestIncident(db, { name: 'worst', at: TEST_START_TIME + 20, severity: 'critical' })
    await decideAt(30_000)
    await decideAt(MS_PER_MINUTE + 1_000)
    const { sent, drain } = recordingSender()
    await drain()
    // six single notices, and the critical one
    expect(sent).toHaveLength(7)
    expect(sentReasons(sent)).toContain('opened worst')
    await decideAt(MS_PER_MINUTE + 1_000 + settings['digest.after'])
    await drain()
    const digest = sent.at(-1)?.message.content
    expect(sent).toHaveLength(8)
    if (digest?.reason !== 'digest') throw new Error('no digest')
    const all = [...sent.slice(0, 7).map(({ message }) => message.content), ...digest.entries]
    const subjects = all.map((content) => ('subject' in content ? content.subject : ''))
    expect(subjects.toSorted()).toEqual([...Array.from({ length: 10 }, (_, n) => `m${n}`), 'worst'].toSorted())
    const logged = await log()
    const digestId = sent.at(-1)?.message.id
    expect(logged.filter((row) => row.digestId === digestId)).toHaveLength(4)
    expect(logged.filter(({ state }) => state !== 'delivered' && state !== 'in_digest')).toEqual([])
  })
})

describe("the dead-man's switch", () => {
  it('reports missing data once although no poller runs, and repeats it', async () => {
    await setUp(createTestWebhookInput('a'))
    expect(await evaluateNoDataAlerts(context(), TEST_START_TIME)).toBe(0)
    clock().step(TEST_START_TIME + 5 * MS_PER_MINUTE)
    expect(await evaluateNoDataAlerts(context(), TEST_START_TIME)).toBe(1)
    expect(await evaluateNoDataAlerts(context(), TEST_START_TIME)).toBe(0)
    // the decider evaluates the same alert and adds nothing
    expect(await decide()).toBe(0)
    clock().step(TEST_START_TIME + 35 * MS_PER_MINUTE)
    expect(await evaluateNoDataAlerts(context(), TEST_START_TIME)).toBe(1)
    const rows = await log()
    expect(rows.map(({ reason, severity, incidentId }) => [reason, severity, incidentId])).toEqual([
      ['repeated', 'critical', null],
      ['opened', 'critical', null],
    ])
    expect(rows[1]?.title).toBe('[CRITICAL] Nothing is polled: all subscriptions')
  })

  it('continues if the stored state is damaged', async () => {
    await setUp(createTestWebhookInput('a'))
    clock().step(TEST_START_TIME + 5 * MS_PER_MINUTE)
    expect(await evaluateNoDataAlerts(context(), TEST_START_TIME)).toBe(1)
    await db.pool.query(`UPDATE alert_state SET no_data = '7', state = '7', delivered = '7'`)
    expect(await evaluateNoDataAlerts(context(), TEST_START_TIME)).toBe(1)
    expect(await evaluateNoDataAlerts(context(), TEST_START_TIME)).toBe(0)
  })

  it('uses the threshold in force', async () => {
    await setUp(createTestWebhookInput('a'))
    const changed = { 'nothing.all': 20 * MS_PER_MINUTE }
    await db.transaction((client) => saveThresholdsAsNewVersion(client, { changed, expected: 0, by: 'test', note: '' }))
    clock().step(TEST_START_TIME + 19 * MS_PER_MINUTE)
    expect(await evaluateNoDataAlerts(context(), TEST_START_TIME)).toBe(0)
    clock().step(TEST_START_TIME + 20 * MS_PER_MINUTE)
    expect(await evaluateNoDataAlerts(context(), TEST_START_TIME)).toBe(1)
  })
})
