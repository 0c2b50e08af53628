import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from 'pg'
import { setCallerForTests, OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { grantAccess } from '#lib/platform/bootstrap/database-roles.ts'
import { getDatabase } from '#lib/questions/connection.ts'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import type { ChannelsResponse } from '#lib/notify/api/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { receiveWebhooks, TEST_WEBHOOK_SECRET, type WebhookReceiver } from '#lib/notify/testing/webhook-receiver.ts'
import { type ProcessSettings, overrideSettings } from '#lib/platform/settings.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { recordTestIncident } from '#lib/notify/testing/incident.ts'
import * as inbound from './v1/inbound/[kind]/[channel]/route.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'
import { roundTripBodyThroughSchema } from '#lib/questions/testing/written.ts'

const test = getHandlersOfPath('/channels/{id}/test')
const channels = getHandlersOfPath('/channels')
const escalation = getHandlersOfPath('/escalation')
const preview = getHandlersOfPath('/report-schedules/{id}/preview')
const reports = getHandlersOfPath('/report-schedules')
const sendNow = getHandlersOfPath('/report-schedules/{id}/send')
const notifications = getHandlersOfPath('/notifications')

const db = withTestDatabase()
const outboundAllow = [{ host: '127.0.0.1', port: null }]
const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-notify-'))
let receiver: WebhookReceiver

beforeAll(async () => {
  replaceDatabaseForTests(db, await questionsUrl())
  receiver = await receiveWebhooks(TEST_WEBHOOK_SECRET)
})
beforeEach(() => {
  const configured = { dataDir, secretsKey: null, mail: null, publicUrl: null, databaseUrl: db.url, outboundAllow }
  overrideSettings(() => configured as unknown as ProcessSettings)
})
afterAll(async () => {
  replaceDatabaseForTests(undefined)
  overrideSettings(undefined)
  await db.pool.query(`DROP OWNED BY ${ROLE}; DROP ROLE ${ROLE}`)
  await receiver.close()
  rmSync(dataDir, { recursive: true })
})

/** Name of a database role. It is random, because roles belong to the whole server, which other tests share. */
const ROLE = `questions_${randomBytes(6).toString('hex')}`

/** Returns a URL that connects as a role with the rights of the read-only role. */
async function questionsUrl(): Promise<string> {
  const client = await db.pool.connect()
  try {
    const {
      rows: [self],
    } = await client.query<{ name: string }>(`SELECT current_user AS name`)
    await client.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${ROLE}'`)
    await grantAccess(client as unknown as Client, { product: self?.name ?? '', questions: ROLE })
  } finally {
    client.release()
  }
  const url = new URL(db.url)
  url.username = ROLE
  url.password = ROLE
  return url.href
}

const ORIGIN = 'http://127.0.0.1'
const context = (id = '') => ({ params: Promise.resolve({ id }) })
const request = (method: string, body?: unknown) =>
  new Request(`${ORIGIN}/api/v1/x`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
const get = async () => (await (await channels.GET(request('GET'), context())).json()) as { data: ChannelsResponse }
const put = (body: unknown) => channels.PUT(request('PUT', body), context())
const webhook = (more: object = {}) => ({
  kind: 'webhook',
  name: 'NOC',
  url: receiver.url,
  secret: TEST_WEBHOOK_SECRET,
  ...more,
})

describe('/channels', () => {
  it('are read, though questions see nothing of their table', async () => {
    await put({ channels: [webhook()] })
    const hidden = getDatabase('questions').pool.query('SELECT name FROM notify_channel')
    await expect(hidden).rejects.toMatchObject({ code: '42501' })
    expect((await get()).data.channels).toMatchObject([{ name: 'NOC', url: `${new URL(receiver.url).origin}/…` }])
  })

  it('are set, read without their secret, and tested against a receiver that checks the signature', async () => {
    const answer = await put({ channels: [webhook({ filters: { minSeverity: 'major' } })] })
    const text = await answer.text()
    expect(answer.status, text).toBe(200)
    expect(text).not.toContain(TEST_WEBHOOK_SECRET)
    const read = await get()
    expect(roundTripBodyThroughSchema(allApiEndpoints.channels.response, read)).toEqual(read)
    const [channel] = read.data.channels
    expect(text).not.toContain('/hook')
    expect(channel).toMatchObject({
      url: `${new URL(receiver.url).origin}/…`,
      name: 'NOC',
      secretSet: true,
      enabled: true,
      filters: { minSeverity: 'major', scopes: [], kinds: [], owners: [] },
    })

    const tested = await test.POST(request('POST', {}), context(channel?.id))
    expect(await tested.json()).toMatchObject({ data: { delivered: true, answer: 'HTTP 200' } })
    expect(receiver.received.map(({ body }) => body.type)).toEqual(['test'])

    const log = await (await notifications.GET(request('GET'), context())).json()
    expect(roundTripBodyThroughSchema(allApiEndpoints.notifications.response, log)).toEqual(log)
    expect(log).toMatchObject({ data: [{ reason: 'test', state: 'delivered', channelName: 'NOC' }], nextCursor: null })
    expect(JSON.stringify([read, log])).not.toContain(TEST_WEBHOOK_SECRET)
    expect(JSON.stringify([read, log])).not.toContain('/hook')
  })

  it('are refused when somebody else changed them meanwhile', async () => {
    const { version } = (await get()).data
    expect((await put({ channels: [webhook({ name: 'other' })], version })).status).toBe(200)
    expect((await put({ channels: [], version })).status).toBe(409)
  })

  it.each([
    { name: 'plain http to another machine', body: () => [webhook({ url: 'http://hooks.example/x' })] },
    { name: 'a password in the address', body: () => [webhook({ url: 'https://u:p@hooks.example/x' })] },
    { name: 'a secret that is too short', body: () => [webhook({ secret: 'whsec_aGVsbG8=' })] },
    { name: 'a new webhook without a secret', body: () => [webhook({ name: 'new', secret: undefined })] },
    { name: 'two of one name', body: () => [webhook(), webhook({ name: 'noc' })] },
    { name: 'mail to nobody', body: () => [{ kind: 'email', name: 'm', to: [] }] },
    { name: 'mail to what is no address', body: () => [{ kind: 'email', name: 'm', to: ['a@x.example\r\nBcc: b@x'] }] },
    { name: 'a kind that is none', body: () => [{ kind: 'pager', name: 'm' }] },
  ])('refuse $name', async ({ body }) => {
    const before = await get()
    const answer = await put({ channels: body() })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect((await get()).data).toEqual(before.data)
  })

  it('are tested a few times a minute, and then the caller is asked to wait', async () => {
    const id = (await get()).data.channels[0]?.id
    const again = async () => test.POST(request('POST', {}), context(id))
    let answer = await again()
    for (let n = 0; n < 5 && answer.status === 200; n += 1) answer = await again()
    expect(answer.status).toBe(429)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('that are not there can not be tested', async () => {
    expect((await test.POST(request('POST', {}), context('ch_none'))).status).toBe(404)
  })
})

describe('/notifications', () => {
  it.each(['?cursor=x', '?state=lost', '?limit=0'])('refuses %s', async (query) => {
    const answer = await notifications.GET(new Request(`${ORIGIN}/api/v1/notifications${query}`), context())
    expect(answer.status).toBe(400)
  })
})

describe('/escalation', () => {
  it('is set and read, and shows a caller what names his channels alone', async () => {
    await put({ channels: [webhook({ scopes: ['customer:Red'] }), webhook({ name: 'all' })] })
    const [red, all] = (await get()).data.channels
    const rotation = { zone: 'Europe/London', startsOn: '2026-01-05', handover: '09:00', days: 7 }
    const rotations = [
      { ...rotation, name: 'Red', members: [red?.id] },
      { ...rotation, name: 'All', members: [red?.id, all?.id] },
    ]
    const sent = (body: unknown) => escalation.PUT(request('PUT', body), context())
    const answer = await sent({ policies: [], rotations })
    const read = await answer.json()
    expect(answer.status, JSON.stringify(read)).toBe(200)
    expect(roundTripBodyThroughSchema(allApiEndpoints.escalation.response, read)).toEqual(read)
    expect(read.data.rotations).toMatchObject([
      { name: 'Red', now: { channel: red?.id, isOverride: false }, next: { channel: red?.id } },
      { name: 'All', now: { channel: expect.any(String) } },
    ])
    expect((await sent({ policies: [], rotations: [], version: 'older' })).status).toBe(409)
    expect((await sent({ policies: [], rotations: [{ ...rotations[0], zone: 'Mars' }] })).status).toBe(400)
    setCallerForTests({ ...OPEN_ACCESS_CALLER, scope: { subscriptions: [], customers: ['Red'] } })
    try {
      const seen = await (await escalation.GET(request('GET'), context())).text()
      expect(JSON.parse(seen).data.rotations).toMatchObject([{ name: 'Red' }])
      expect(seen).not.toContain(all?.id)
      expect((await get()).data.channels.map(({ id }) => id)).toEqual([red?.id])
    } finally {
      setCallerForTests(OPEN_ACCESS_CALLER)
    }
  })
})

describe('/report-schedules', () => {
  const monthly = {
    report: 'availability_monthly',
    name: 'Month',
    hour: 7,
    zone: 'Europe/London',
    addresses: ['boss@x.example'],
  }
  const save = (...given: object[]) => reports.PUT(request('PUT', { schedules: given }), context())
  const as = async <T>(caller: Partial<typeof OPEN_ACCESS_CALLER>, work: () => Promise<T>): Promise<T> => {
    setCallerForTests({ ...OPEN_ACCESS_CALLER, ...caller })
    try {
      return await work()
    } finally {
      setCallerForTests(OPEN_ACCESS_CALLER)
    }
  }

  it('are set, shown before they are sent, and sent by hand', async () => {
    const answer = await save(monthly)
    const read = await answer.json()
    expect(answer.status, JSON.stringify(read)).toBe(200)
    expect(roundTripBodyThroughSchema(allApiEndpoints.reportSchedules.response, read)).toEqual(read)
    const { id } = read.data.schedules[0]
    const shown = await (await preview.GET(request('GET'), context(id))).json()
    expect(roundTripBodyThroughSchema(allApiEndpoints.reportPreview.response, shown)).toEqual(shown)
    expect(shown.data.html).toMatch(/^<!doctype html>/)
    expect(shown.data.attachments.map(({ text }: { text: string }) => text.slice(0, 11))).toEqual([
      'month,name,',
      'month,name,',
    ])
    // no mail server is configured
    const sent = await (await sendNow.POST(request('POST', {}), context(id))).json()
    expect(sent.data).toMatchObject({ state: 'pending', byHand: true, lastError: expect.stringMatching(/SMTP_URL/) })
    expect((await preview.GET(request('GET'), context('rp_none'))).status).toBe(404)
    expect((await save({ ...monthly, addresses: [] })).status).toBe(400)
    expect((await save({ ...monthly, dayOfMonth: 31 })).status).toBe(400)
  })

  it('with amounts need read_cost, and show a scope its own alone', async () => {
    const cost = { ...monthly, report: 'cost_weekly', name: 'Cost' }
    expect((await save({ ...monthly, scopes: ['customer:Red'] }, cost)).status).toBe(200)
    const get = async () => (await (await reports.GET(request('GET'), context())).json()).data.schedules
    const [red, all] = await get()
    const rights = new Set([...OPEN_ACCESS_CALLER.rights].filter((right) => right !== 'read_cost'))
    await as({ rights }, async () => {
      expect(await get()).toMatchObject([{ name: 'Month' }])
      expect((await save(monthly)).status).toBe(403)
      expect((await preview.GET(request('GET'), context(all.id))).status).toBe(403)
      expect((await sendNow.POST(request('POST', {}), context(all.id))).status).toBe(403)
    })
    await as({ scope: { subscriptions: [], customers: ['Red'] } }, async () => {
      expect(await get()).toMatchObject([{ id: red.id }])
      expect((await preview.GET(request('GET'), context(all.id))).status).toBe(404)
      expect((await preview.GET(request('GET'), context(red.id))).status).toBe(200)
      expect((await save()).status).toBe(403)
    })
  })
})

describe('/inbound', () => {
  const SIGNING = 'a signing secret of PagerDuty'
  const KEY = 'e93facc04764012d7bfb002500d5d1a6'
  const send = (kind: string, id: string, body: string, secret = SIGNING) =>
    inbound.POST(
      new Request(`${ORIGIN}/api/v1/inbound/${kind}/${id}`, {
        method: 'POST',
        headers: { 'x-pagerduty-signature': `v1=${createHmac('sha256', secret).update(body).digest('hex')}` },
        body,
      }),
    )
  const event = (incident: string, more: object = {}) =>
    JSON.stringify({
      event: {
        id: 'E1',
        event_type: 'incident.acknowledged',
        occurred_at: new Date().toISOString(),
        agent: { type: 'user_reference', summary: 'Ann' },
        data: { incident_key: `peerwatch:${incident}` },
        ...more,
      },
    })

  it('takes the acknowledgement of what the channel received, once, by the signature of its vendor', async () => {
    const service = { kind: 'pagerduty', name: 'Pager', region: 'us', secret: KEY, inboundSecret: SIGNING }
    const saved = await put({ channels: [service, webhook()] })
    const text = await saved.text()
    expect(saved.status, text).toBe(200)
    expect(text).not.toContain(SIGNING)
    const [pager, hook] = (await get()).data.channels
    expect(pager).toMatchObject({ inbound: { secretSet: true, url: `/api/v1/inbound/pagerduty/${pager?.id}` } })
    expect(hook).toMatchObject({ inbound: null })
    const id = pager?.id ?? ''
    const now = Date.now()
    const incident = await recordTestIncident(db, { name: 'x', at: now - 60_000 })
    // ignored before the channel has received the incident
    expect(await (await send('pagerduty', id, event(incident))).json()).toEqual({ result: 'ignored' })
    const state = { version: 2, phase: 'open', severity: 'major', lastTransitionAt: now - 60_000 }
    await db.pool.query('UPDATE alert_state SET state = $2, delivered = $3 WHERE id = $1', [
      incident,
      JSON.stringify(state),
      JSON.stringify({ [id]: { opening: 'msg_1', critical: false } }),
    ])
    for (const [kind, channel, secret] of [
      ['pagerduty', id, 'another secret'],
      ['slack', id, SIGNING],
      ['pagerduty', hook?.id ?? '', SIGNING],
      ['pagerduty', 'ch_none', SIGNING],
    ] as const)
      expect((await send(kind, channel, event(incident), secret)).status).toBe(401)
    const old = { occurred_at: new Date(now - 2 * 3_600_000).toISOString() }
    expect(await (await send('pagerduty', id, event(incident, old))).json()).toEqual({ result: 'ignored' })
    const by = async () =>
      (await db.pool.query('SELECT acked_by FROM incident WHERE id = $1', [incident])).rows[0]?.acked_by
    expect(await by()).toBeNull()
    // a disabled channel is not accepted
    await db.pool.query('UPDATE notify_channel SET enabled = false WHERE id = $1', [id])
    expect((await send('pagerduty', id, event(incident))).status).toBe(401)
    await db.pool.query('UPDATE notify_channel SET enabled = true WHERE id = $1', [id])
    // PagerDuty may send the same event again while the first is still being processed
    const answers = await Promise.all([1, 2, 3].map(() => send('pagerduty', id, event(incident))))
    const results = await Promise.all(answers.map(async (answer) => (await answer.json()).result))
    expect(results.toSorted()).toEqual(['acknowledged', 'ignored', 'ignored'])
    expect(await by()).toBe('Ann (PagerDuty)')
    const { rows } = await db.pool.query(
      `SELECT actor_kind, actor, subject FROM audit_entry WHERE action = 'acknowledgeIncident' AND subject = $1`,
      [incident],
    )
    expect(rows).toEqual([{ actor_kind: 'channel', actor: 'Ann (PagerDuty)', subject: incident }])
    // a repeated event is ignored
    await db.pool.query('UPDATE incident SET acked_by = NULL, acked_at = NULL WHERE id = $1', [incident])
    expect(await (await send('pagerduty', id, event(incident))).json()).toEqual({ result: 'ignored' })
    expect(await by()).toBeNull()
  })
})
