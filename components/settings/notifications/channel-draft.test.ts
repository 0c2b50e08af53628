import { describe, expect, it } from 'vitest'
import type { NotificationChannel } from '#lib/notify/api/index.ts'
import {
  formatChannelAddress,
  createChannelDraft,
  formatChannelFilter,
  convertToChannelInput,
  validateChannelDraft,
  findSecretField,
} from './channel-draft.ts'
import { getDeliveryStatus, formatDelivery } from './notifications-tab.tsx'

const webhook: NotificationChannel = {
  id: 'ch_1',
  name: 'NOC',
  kind: 'webhook',
  url: 'https://hooks.example/…a1b2',
  to: [],
  region: null,
  server: null,
  secretSet: true,
  inbound: null,
  enabled: true,
  scopes: [],
  filters: {
    incidents: true,
    findings: false,
    posture: false,
    hours: null,
    minSeverity: 'major',
    neededBy: 'now',
    scopes: ['c1'],
    kinds: ['path_down'],
    owners: ['provider'],
  },
  lastAttempt: null,
  waiting: 0,
}
const mail: NotificationChannel = {
  ...webhook,
  id: 'ch_2',
  kind: 'email',
  url: null,
  to: ['a@x.example', 'b@x.example'],
}

describe('a draft', () => {
  it.each([webhook, mail])('of an unchanged channel is that channel', (channel) => {
    expect(validateChannelDraft(createChannelDraft(channel.kind, channel), channel.kind, channel)).toEqual({
      body: convertToChannelInput(channel),
    })
  })

  it('of a stored webhook leaves its address out, unless it is replaced', () => {
    const draft = createChannelDraft('webhook', webhook)
    expect(validateChannelDraft(draft, 'webhook', webhook)).toEqual({
      body: expect.not.objectContaining({ url: expect.anything() }),
    })
    const url = 'https://hooks.example/other'
    expect(validateChannelDraft({ ...draft, url }, 'webhook', webhook)).toMatchObject({ body: { url } })
    expect(JSON.stringify([draft, convertToChannelInput(webhook)])).not.toContain('a1b2')
  })

  it('of a new webhook reports each missing field', () => {
    expect(validateChannelDraft(createChannelDraft('webhook', null), 'webhook', null)).toEqual({
      faults: {
        name: 'enter a name',
        url: 'enter a URL such as https://hooks.example.com/peerwatch',
        secret: 'a new webhook needs a secret to sign with: whsec_ followed by 24 to 64 random bytes in base64',
      },
    })
  })

  it.each(['http://hooks.example/x', 'https://u:p@hooks.example/x', 'ftp://hooks.example/x'])('refuses %s', (url) => {
    expect(validateChannelDraft({ ...createChannelDraft('webhook', webhook), url }, 'webhook', webhook)).toMatchObject({
      faults: { url: expect.any(String) },
    })
  })

  it('accepts a generated secret, and no shorter one', () => {
    const secret = findSecretField('webhook')?.generate?.() ?? ''
    const draft = { ...createChannelDraft('webhook', webhook), secret }
    expect(validateChannelDraft(draft, 'webhook', webhook)).toMatchObject({ body: { secret } })
    const short = validateChannelDraft(
      { ...createChannelDraft('webhook', webhook), secret: 'whsec_aGVsbG8=' },
      'webhook',
      webhook,
    )
    expect(short).toMatchObject({ faults: { secret: expect.stringMatching(/24 to 64/) } })
  })

  it('reads one recipient per line, and refuses what is no address', () => {
    const draft = { ...createChannelDraft('email', mail), to: 'a@x.example\nb@x.example, c@x.example' }
    expect(validateChannelDraft(draft, 'email', mail)).toMatchObject({
      body: { to: ['a@x.example', 'b@x.example', 'c@x.example'] },
    })
    expect(validateChannelDraft({ ...draft, to: 'noc' }, 'email', mail)).toMatchObject({
      faults: { to: expect.any(String) },
    })
  })
})

describe('a scope', () => {
  it('is read from texts between commas, and shown in words', () => {
    const scope = 'subscription:0a000000-0000-4000-8000-00000000b000, customer:Northwind'
    const scopes = scope.split(', ')
    expect(
      validateChannelDraft({ ...createChannelDraft('webhook', webhook), scope }, 'webhook', webhook),
    ).toMatchObject({
      body: { scopes },
    })
    expect(createChannelDraft('webhook', { ...webhook, scopes }).scope).toBe(scope)
    expect(formatChannelFilter({ ...webhook, scopes }, (id) => id)).toMatch(
      /^scope: subscription:0a0.*, customer:Northwind · /,
    )
  })

  it('that is none is reported at its field', () => {
    const draft = { ...createChannelDraft('webhook', webhook), scope: 'Northwind' }
    expect(validateChannelDraft(draft, 'webhook', webhook)).toMatchObject({
      faults: { scope: expect.stringMatching(/no scope/) },
    })
  })
})

it('filters are shown in words', () => {
  expect(formatChannelFilter(webhook, (id) => `name of ${id}`)).toMatch(
    /^major incidents or worse · only incidents that need somebody now · likely owner: the provider · only name of c1 · only /,
  )
})

it.each([
  [webhook, 'https://hooks.example/…a1b2'],
  [{ ...webhook, url: null }, 'address cannot be read: it was sealed with another SECRETS_KEY'],
  [mail, 'a@x.example, b@x.example'],
])('the address of %j is %s', (channel, text) => {
  expect(formatChannelAddress(channel)).toBe(text)
})

describe('a delivery', () => {
  it.each([
    [{ state: 'pending', attempts: 0, lastError: null }, 'PENDING', ''],
    [{ state: 'pending', attempts: 2, lastError: 'HTTP 503' }, 'RETRYING', 'HTTP 503; will be retried'],
    [{ state: 'failed', attempts: 30, lastError: 'HTTP 500' }, 'FAILED', 'HTTP 500'],
    [{ state: 'delivered', attempts: 1, lastError: null }, 'DELIVERED', ''],
  ] as const)('%j', (row, word, words) => {
    expect(getDeliveryStatus({ ...row, reason: 'opened' }).word).toBe(word)
    expect(formatDelivery(row)).toBe(words)
  })

  it('of a failed test is not delivered: a test is not retried', () => {
    expect(getDeliveryStatus({ state: 'failed', attempts: 1, reason: 'test' }).word).toBe('NOT DELIVERED')
  })
})
