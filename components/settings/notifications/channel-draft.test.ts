import { describe, expect, it } from 'vitest'
import { type Channel, webhookSecret } from '#lib/contract/index.ts'
import { draftOf, filterWords, generateSecret, inputOf, readChannel } from './channel-draft.ts'
import { deliveryStatus, deliveryWords } from './delivery-words.ts'

const webhook: Channel = {
  id: 'ch_1',
  name: 'NOC',
  kind: 'webhook',
  url: 'https://hooks.example/x',
  to: [],
  secretSet: true,
  enabled: true,
  filters: { minSeverity: 'major', scopes: ['c1'], kinds: ['path_down'], owners: ['provider'] },
  lastAttempt: null,
  waiting: 0,
}
const mail: Channel = { ...webhook, id: 'ch_2', kind: 'email', url: null, to: ['a@x.example', 'b@x.example'] }

describe('a draft', () => {
  it.each([webhook, mail])('of a channel that nobody touched is that channel', (channel) => {
    expect(readChannel(draftOf(channel), channel.kind, channel)).toEqual({ input: inputOf(channel) })
  })

  it('of a new webhook asks for everything that is missing, at its field', () => {
    expect(readChannel(draftOf(null), 'webhook', null)).toEqual({
      complaints: {
        name: 'give it a name',
        url: 'send an address such as https://hooks.example.com/peerwatch',
        secret: 'a new webhook needs a secret to sign with: generate one',
      },
    })
  })

  it.each(['http://hooks.example/x', 'https://u:p@hooks.example/x', 'ftp://hooks.example/x'])('refuses %s', (url) => {
    expect(readChannel({ ...draftOf(webhook), url }, 'webhook', webhook)).toMatchObject({
      complaints: { url: expect.any(String) },
    })
  })

  it('takes a secret that it generated, and no shorter one', () => {
    const secret = generateSecret()
    expect(webhookSecret.parse(secret)).toBe(secret)
    expect(secret).not.toBe(generateSecret())
    const short = readChannel({ ...draftOf(webhook), secret: 'whsec_aGVsbG8=' }, 'webhook', webhook)
    expect(short).toMatchObject({ complaints: { secret: expect.stringMatching(/24 to 64/) } })
  })

  it('reads recipients a line, and says which is none', () => {
    const draft = { ...draftOf(mail), to: 'a@x.example\nb@x.example, c@x.example' }
    expect(readChannel(draft, 'email', mail)).toMatchObject({
      input: { to: ['a@x.example', 'b@x.example', 'c@x.example'] },
    })
    expect(readChannel({ ...draft, to: 'noc' }, 'email', mail)).toMatchObject({
      complaints: { to: expect.any(String) },
    })
  })
})

it('filters are told in words', () => {
  expect(filterWords(webhook, (id) => `name of ${id}`)).toMatch(
    /^major or worse · probably of: the provider · only name of c1 · only /,
  )
})

describe('a delivery', () => {
  it.each([
    [{ state: 'pending', attempts: 0, lastError: null }, 'TO BE SENT', ''],
    [
      { state: 'pending', attempts: 2, lastError: 'it answered 503' },
      'TRIED AGAIN',
      'it answered 503; it is tried again',
    ],
    [{ state: 'failed', attempts: 30, lastError: 'it answered 500' }, 'GIVEN UP', 'it answered 500'],
    [{ state: 'delivered', attempts: 1, lastError: null }, 'DELIVERED', ''],
  ] as const)('%j', (row, word, words) => {
    expect(deliveryStatus({ ...row, reason: 'opened' }).word).toBe(word)
    expect(deliveryWords(row)).toBe(words)
  })

  it('of a test that failed was not given up: it is not tried again', () => {
    expect(deliveryStatus({ state: 'failed', attempts: 1, reason: 'test' }).word).toBe('NOT DELIVERED')
  })
})
