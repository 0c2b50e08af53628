import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Client } from 'pg'
import { grantAccess } from '#lib/platform/bootstrap/database-roles.mjs'
import { databaseFor } from '#lib/queries/connection.ts'
import { useReadingDatabase } from '#lib/queries/index.ts'
import { type ChannelsAnswer, endpoints } from '#lib/contract/index.ts'
import { receiveWebhooks, SECRET, type WebhookReceiver } from '#lib/notify/testing/webhook-receiver.ts'
import { settings, type Settings } from '#lib/platform/settings.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import * as test from './v1/channels/[id]/test/route.ts'
import * as channels from './v1/channels/route.ts'
import * as notifications from './v1/notifications/route.ts'

vi.mock('#lib/platform/settings.ts', async (original) => ({
  ...(await original<object>()),
  settings: vi.fn(),
}))

const db = withTestDatabase()
const outboundAllow = [{ host: '127.0.0.1', port: null }]
const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-notify-'))
let receiver: WebhookReceiver

beforeAll(async () => {
  useReadingDatabase(db, await questionsUrl())
  receiver = await receiveWebhooks(SECRET)
})
beforeEach(() => {
  const configured = { dataDir, secretsKey: null, mail: null, publicUrl: null, databaseUrl: db.url, outboundAllow }
  vi.mocked(settings).mockReturnValue(configured as unknown as Settings)
})
afterAll(async () => {
  useReadingDatabase(undefined)
  await db.pool.query(`DROP OWNED BY ${ROLE}; DROP ROLE ${ROLE}`)
  await receiver.close()
  rmSync(dataDir, { recursive: true })
})

/** A role belongs to the whole server, which other tests share. */
const ROLE = `questions_${randomBytes(6).toString('hex')}`

/** Signs in as a role that has the rights of questions. */
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
const get = async () => (await (await channels.GET(request('GET'), context())).json()) as { data: ChannelsAnswer }
const put = (body: unknown) => channels.PUT(request('PUT', body), context())
const webhook = (more: object = {}) => ({ kind: 'webhook', name: 'NOC', url: receiver.url, secret: SECRET, ...more })

describe('/channels', () => {
  it('are read, though questions see nothing of their table', async () => {
    await put({ channels: [webhook()] })
    const hidden = databaseFor('questions').pool.query('SELECT name FROM notify_channel')
    await expect(hidden).rejects.toMatchObject({ code: '42501' })
    expect((await get()).data.channels).toMatchObject([{ name: 'NOC', url: `${new URL(receiver.url).origin}/…` }])
  })

  it('are set, read without their secret, and tested against a receiver that checks the signature', async () => {
    const answer = await put({ channels: [webhook({ filters: { minSeverity: 'major' } })] })
    const text = await answer.text()
    expect(answer.status, text).toBe(200)
    expect(text).not.toContain(SECRET)
    const read = await get()
    expect(endpoints.channels.response.parse(read)).toEqual(read)
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
    expect(endpoints.notifications.response.parse(log)).toEqual(log)
    expect(log).toMatchObject({ data: [{ reason: 'test', state: 'delivered', channelName: 'NOC' }], nextCursor: null })
    expect(JSON.stringify([read, log])).not.toContain(SECRET)
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
