import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ChannelInput } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  listChannels,
  listNotifications,
  replaceChannels,
  createSecretBox,
  testChannel,
  type TooManySentError,
} from '../index.ts'
import { decryptAddress, encryptStoredAddresses } from '../channel-address.ts'
import { readChannels } from '../store/channels.ts'
import { TEST_START_TIME } from '../testing/facts.ts'
import { recordTestIncident } from '../testing/incident.ts'
import { createTestWebhookInput, notifyLab, createRefusedDeliveryResult, testSecretEncryption } from '../testing/lab.ts'
import { TEST_WEBHOOK_SECRET } from '../testing/webhook-receiver.ts'

const db = withTestDatabase()
const { clock, decideAt, log, setUp, recordingSender } = notifyLab(db)

describe('channels', () => {
  it('keep their secrets sealed, and return only that one is set', async () => {
    const [channel] = await setUp(createTestWebhookInput('a'))
    expect(channel).toMatchObject({ secretSet: true, url: 'https://hooks.example/…' })
    expect(JSON.stringify(channel)).not.toContain(TEST_WEBHOOK_SECRET)
    const { rows } = await db.pool.query<{ secret: string }>('SELECT secret FROM notify_channel')
    expect(rows[0]?.secret).not.toContain(TEST_WEBHOOK_SECRET)
    expect(testSecretEncryption.open(rows[0]?.secret ?? '')).toBe(TEST_WEBHOOK_SECRET)
    expect(() => createSecretBox('another key').open(rows[0]?.secret ?? '')).toThrow(/SECRETS_KEY/)
  })

  it('keep a secret that is not sent again, and change their version with each change', async () => {
    const [before] = await setUp(createTestWebhookInput('a'))
    const read = await listChannels(db, { mail: null, publicUrl: null, secrets: testSecretEncryption })
    clock().advance(1_000)
    const { secret: _, ...kept } = createTestWebhookInput('renamed', { id: before?.id }) as ChannelInput & {
      secret?: string
    }
    const options = { clock: clock(), secrets: testSecretEncryption, scopeOf: (id: string) => id }
    await replaceChannels(db, { channels: [kept as ChannelInput], version: read.version }, options)
    const after = await listChannels(db, { mail: null, publicUrl: null, secrets: testSecretEncryption })
    expect(after.channels).toMatchObject([{ id: before?.id, name: 'renamed', secretSet: true }])
    expect(after.version).not.toBe(read.version)
    const again = replaceChannels(db, { channels: [], version: read.version }, options)
    await expect(again).rejects.toThrow(/channels changed in the meantime/)
  })

  it.each([
    {
      name: 'a webhook without a secret',
      channel: createTestWebhookInput('a', { secret: undefined }),
      says: /needs a secret to sign with: whsec_/,
    },
    { name: 'an unknown id', channel: createTestWebhookInput('a', { id: 'ch_none' }), says: /no channel has this id/ },
  ])('refuse $name', async ({ channel, says }) => {
    await expect(setUp(channel)).rejects.toThrow(says)
  })

  it('refuse an unknown scope, unless a stored channel has it', async () => {
    const limited = (scopes: string[], id?: string) =>
      createTestWebhookInput('a', {
        id,
        filters: {
          incidents: true,
          findings: false,
          posture: false,
          hours: null,
          minSeverity: 'minor',
          neededBy: 'nobody',
          scopes,
          kinds: [],
          owners: [],
        },
      })
    const [before] = await setUp(limited(['gone']))
    const options = {
      clock: clock(),
      secrets: testSecretEncryption,
      scopeOf: (id: string) => (id === 'erc' ? 'erc' : null),
    }
    const save = (scopes: string[]) => replaceChannels(db, { channels: [limited(scopes, before?.id)] }, options)
    await expect(save(['erc', 'typo'])).rejects.toThrow(/^channels\.0\.filters\.scopes\.1: unknown id "typo"/)
    await save(['erc', 'gone'])
    const { channels } = await listChannels(db, { mail: null, publicUrl: null, secrets: testSecretEncryption })
    expect(channels[0]?.filters.scopes).toEqual(['erc', 'gone'])
  })

  it('may swap their names', async () => {
    const [a, b] = await setUp(createTestWebhookInput('a'), createTestWebhookInput('b'))
    const swapped = await setUp(createTestWebhookInput('b', { id: a?.id }), createTestWebhookInput('a', { id: b?.id }))
    expect(swapped.map(({ id, name }) => [id, name])).toEqual([
      [a?.id, 'b'],
      [b?.id, 'a'],
    ])
  })

  it('that are turned off drop their waiting notifications', async () => {
    const [a] = await setUp(createTestWebhookInput('a'))
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    await decideAt(MS_PER_MINUTE)
    await setUp(createTestWebhookInput('a', { id: a?.id, enabled: false }))
    expect((await log())[0]).toMatchObject({ state: 'dropped', lastError: 'the channel was switched off or removed' })
    const { sent, drain } = recordingSender()
    await drain()
    expect(sent).toEqual([])
  })

  it('can be tested, and the log shows the test', async () => {
    const [a] = await setUp(createTestWebhookInput('a'))
    const good = await testChannel(db, a?.id ?? '', { send: recordingSender().send, clock: clock() })
    const bad = recordingSender(() => createRefusedDeliveryResult('the secret is Bearer abcdefghijklmnop'))
    expect(good).toMatchObject({ delivered: true, answer: 'HTTP 200' })
    expect(await testChannel(db, a?.id ?? '', { send: bad.send, clock: clock() })).toMatchObject({
      delivered: false,
      answer: 'the secret is Bearer [redacted]',
    })
    expect((await log()).map(({ reason, state }) => [reason, state])).toEqual([
      ['test', 'failed'],
      ['test', 'delivered'],
    ])
    await expect(testChannel(db, 'ch_none', { send: bad.send, clock: clock() })).rejects.toThrow(/no channel ch_none/)
  })

  it('filter by severity: a raise is an opening to a channel that received nothing before', async () => {
    await setUp(
      createTestWebhookInput('all'),
      createTestWebhookInput('worst', {
        filters: {
          incidents: true,
          findings: false,
          posture: false,
          hours: null,
          minSeverity: 'critical',
          neededBy: 'nobody',
          scopes: [],
          kinds: [],
          owners: [],
        },
      }),
    )
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME })
    await decideAt(MS_PER_MINUTE)
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    await decideAt(2 * MS_PER_MINUTE)
    await recordTestIncident(db, {
      name: 'x',
      at: TEST_START_TIME,
      severity: 'critical',
      closedAt: TEST_START_TIME + 9 * MS_PER_MINUTE,
    })
    await decideAt(9 * MS_PER_MINUTE)
    const rows = (await log()).toReversed().map(({ channelName, reason }) => `${channelName} ${reason}`)
    expect(rows).toEqual(['all opened', 'all raised', 'worst opened', 'all closed', 'worst closed'])
  })
})

describe('an address', () => {
  const URL_A = 'https://hooks.slack.com/services/T000/B000/very-secret-a1b2'
  const URL_B = 'https://hooks.slack.com/services/T000/B000/very-secret-c3d4'
  const MASKED = 'https://hooks.slack.com/…a1b2'
  const stored = async () =>
    (await db.pool.query<{ target: object; address: string; updated_at: Date }>('SELECT * FROM notify_channel')).rows

  /** Returns the address that a sender gets for the only channel. */
  async function sentTo(box = testSecretEncryption): Promise<string | null> {
    const [channel] = await readChannels(db.pool)
    return channel ? decryptAddress(channel, box) : null
  }

  it('is sealed at rest and masked in every answer', async () => {
    const [channel] = await setUp(createTestWebhookInput('a', { url: URL_A }))
    expect(channel).toMatchObject({ url: MASKED })
    const [row] = await stored()
    expect(JSON.stringify(row)).not.toMatch(/secret-a1b2|services|slack/)
    expect(row?.target).toEqual({})
    expect(testSecretEncryption.open(row?.address ?? '')).toBe(URL_A)
    expect(await sentTo()).toBe(URL_A)
  })

  it.each<{ name: string; url: string | undefined; after: string }>([
    { name: 'stays when it is left out', url: undefined, after: URL_A },
    { name: 'stays when its masked form is sent back', url: MASKED, after: URL_A },
    { name: 'stays when it is sent again', url: URL_A, after: URL_A },
    { name: 'is replaced by another one', url: URL_B, after: URL_B },
    {
      name: 'loses line breaks',
      url: 'https://hooks.slack.com/ser\r\nvices',
      after: 'https://hooks.slack.com/services',
    },
  ])('$name', async ({ url, after }) => {
    const [before] = await setUp(createTestWebhookInput('a', { url: URL_A }))
    const version = async () =>
      (await listChannels(db, { mail: null, publicUrl: null, secrets: testSecretEncryption })).version
    const versionBefore = await version()
    clock().advance(1_000)
    await setUp(createTestWebhookInput('a', { id: before?.id, url, secret: undefined }))
    expect(await sentTo()).toBe(after)
    expect((await version()) === versionBefore).toBe(after === URL_A)
  })

  it.each([
    {
      name: 'a masked form of another address',
      url: 'https://hooks.slack.com/…ffff',
      says: /channels\.0\.url.*masked form/,
    },
    { name: 'none for a new channel', url: undefined, id: null, says: /channels\.0\.url: enter a URL/ },
  ])('refuses $name', async ({ url, id, says }) => {
    const [before] = await setUp(createTestWebhookInput('a', { url: URL_A }))
    await expect(
      setUp(createTestWebhookInput('b', { url, ...(id === null ? {} : { id: before?.id }) })),
    ).rejects.toThrow(says)
    expect(await sentTo()).toBe(URL_A)
  })

  it('that was sealed with another key is shown as unknown, stays, and can be replaced', async () => {
    const other = createSecretBox('another key, long enough too')
    const [before] = await setUp(createTestWebhookInput('a', { url: URL_A }))
    const read = () => listChannels(db, { mail: null, publicUrl: null, secrets: other })
    expect((await read()).channels).toMatchObject([{ url: null, secretSet: true }])
    const save = (url: string | undefined) =>
      replaceChannels(
        db,
        { channels: [createTestWebhookInput('b', { id: before?.id, url, secret: undefined })] },
        { clock: clock(), secrets: other, scopeOf: (id) => id },
      )
    await save(undefined)
    expect(await sentTo()).toBe(URL_A)
    await save(URL_B)
    expect(await sentTo(other)).toBe(URL_B)
  })

  describe('that version 0.2.0 stored in clear', () => {
    const inClear = async () => {
      const [channel] = await setUp(createTestWebhookInput('a', { url: URL_B }))
      await db.pool.query(`UPDATE notify_channel SET target = jsonb_build_object('url', $1::text), address = NULL`, [
        URL_A,
      ])
      return channel
    }

    it('is masked and used before it is sealed, and sealed by one of two processes that start together', async () => {
      await inClear()
      const view = await listChannels(db, { mail: null, publicUrl: null, secrets: testSecretEncryption })
      expect(view.channels).toMatchObject([{ url: MASKED }])
      expect(await sentTo()).toBe(URL_A)
      const sealed = await Promise.all([
        encryptStoredAddresses(db, testSecretEncryption),
        encryptStoredAddresses(db, testSecretEncryption),
      ])
      expect(sealed.toSorted()).toEqual([0, 1])
      const [row] = await stored()
      expect(row?.target).toEqual({})
      expect(testSecretEncryption.open(row?.address ?? '')).toBe(URL_A)
      expect((await listChannels(db, { mail: null, publicUrl: null, secrets: testSecretEncryption })).version).toBe(
        view.version,
      )
    })

    it('is sealed by an edit', async () => {
      const channel = await inClear()
      await setUp(createTestWebhookInput('renamed', { id: channel?.id, url: undefined, secret: undefined }))
      expect((await stored())[0]?.target).toEqual({})
      expect(await sentTo()).toBe(URL_A)
    })

    it('is left to a process that has the key', async () => {
      await inClear()
      expect(await encryptStoredAddresses(db, createSecretBox('the key of another machine, long enough'))).toBe(0)
      expect((await stored())[0]?.target).toEqual({ url: URL_A })
    })
  })

  it('was never kept with failed deliveries, and neither is what receivers answered', async () => {
    const [a] = await setUp(createTestWebhookInput('a'))
    const { send } = recordingSender()
    const errors = [
      'HTTP 500: <html>secret',
      'HTTP 302: redirects are not followed; set the address',
      'timed out',
      'the mail server answered: 550 no',
    ]
    for (const error of errors) {
      await testChannel(db, a?.id ?? '', { send, clock: clock() })
      await db.pool.query('UPDATE notification SET last_error = $1 WHERE seq = (SELECT max(seq) FROM notification)', [
        error,
      ])
    }
    const sql = readFileSync('prisma/migrations/20260202000030_sealed_addresses/migration.sql', 'utf8')
    for (const statement of sql.match(/^UPDATE [^;]*/gm) ?? []) await db.pool.query(statement)
    expect((await log()).map(({ lastError }) => lastError).toReversed()).toEqual([
      'HTTP 500',
      'HTTP 302: redirects are not followed; set the address',
      'timed out',
      'the mail server refused the message',
    ])
  })
})

describe('tests of channels', () => {
  it('are limited by channel and in all, also when they come at once', async () => {
    const stored = await setUp(...['a', 'b', 'c', 'd', 'e'].map((name) => createTestWebhookInput(name)))
    const { send, sent } = recordingSender()
    const ask = (id = '') =>
      testChannel(db, id, { send, clock: clock() }).then(
        () => 'sent',
        (error: TooManySentError) => `${error.name} ${error.retryAfterSeconds}`,
      )
    const [first, ...others] = stored
    const burst = await Promise.all(Array.from({ length: 8 }, () => ask(first?.id)))
    expect(burst.toSorted()).toEqual([...Array(5).fill('sent'), ...Array(3).fill('TooManySentError 60')].toSorted())
    clock().advance(MS_PER_MINUTE)
    for (const { id } of others.slice(0, 3)) for (let n = 0; n < 5; n += 1) expect(await ask(id)).toBe('sent')
    // 20 in this hour; the first five leave the window after 59 more minutes
    expect(await ask(others[3]?.id)).toBe('TooManySentError 3540')
    clock().advance(59 * MS_PER_MINUTE)
    expect(await ask(first?.id)).toBe('sent')
    expect(sent).toHaveLength(21)
  })

  it('that are cut off stay in the log as not delivered', async () => {
    const [a] = await setUp(createTestWebhookInput('a'))
    const send = () => Promise.reject(new Error('the process ended'))
    await expect(testChannel(db, a?.id ?? '', { send, clock: clock() })).rejects.toThrow(/ended/)
    expect(await log()).toMatchObject([{ reason: 'test', state: 'failed', lastError: null, deliveredAt: null }])
  })
})

describe('the log', () => {
  it('is paged without gaps and duplicates', async () => {
    const [a] = await setUp(createTestWebhookInput('a'))
    const { send } = recordingSender()
    for (let n = 0; n < 5; n += 1) await testChannel(db, a?.id ?? '', { send, clock: clock() })
    const first = await listNotifications(db, { limit: 2 })
    const second = await listNotifications(db, { limit: 2, cursor: first.nextCursor ?? '' })
    const third = await listNotifications(db, { limit: 2, cursor: second.nextCursor ?? '' })
    const ids = [first, second, third].flatMap(({ data }) => data.map(({ id }) => id))
    expect(new Set(ids).size).toBe(5)
    expect(third.nextCursor).toBeNull()
    await expect(listNotifications(db, { limit: 2, cursor: 'x' })).rejects.toThrow(/cursor/)
  })
})
