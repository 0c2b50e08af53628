import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStorableText } from '#lib/platform/storable-text.ts'
import { testOutageMessageContent, testEndedOutageMessageContent } from '../testing/content.ts'
import { createSlackBody } from '../channels/slack.ts'
import { ACKNOWLEDGE_ACTION, parsePagerDutyAcknowledgement, parseSlackAcknowledgement } from './acknowledgement.ts'
import { InboundRateLimiter } from './inbound-rate-limiter.ts'
import { isSignedByPagerDuty, isSignedBySlack } from './receive-inbound.ts'

const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex')

describe('a signature of Slack', () => {
  // the example that Slack publishes
  const secret = '8f742231b10e8888abcd99yyyzzz85a5'
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
  const headers = {
    signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    timestamp: '1531420618',
  }
  const at = 1_531_420_618_000

  it.each([
    ['holds', headers, body, at, true],
    ['holds for five minutes', headers, body, at + 300_000, true],
    ['no longer', headers, body, at + 301_000, false],
    ['not of another body', headers, `${body}&x=1`, at, false],
    ['not with another time', { ...headers, timestamp: '1531420619' }, body, at, false],
    ['not of another version', { ...headers, signature: headers.signature.replace('v0', 'v1') }, body, at, false],
    ['not without one', { signature: null, timestamp: headers.timestamp }, body, at, false],
    ['not without a time', { signature: headers.signature, timestamp: null }, body, at, false],
  ] as const)('%s', (_, given, text, now, holds) => {
    expect(isSignedBySlack(given, text, secret, now)).toBe(holds)
  })
})

it('a signature of PagerDuty holds for one body and secret, one of several being enough', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (body, secret, other) => {
      fc.pre(secret !== other)
      const right = `v1=${hmac(secret, body)}`
      expect(isSignedByPagerDuty(right, body, secret)).toBe(true)
      expect(isSignedByPagerDuty(`v1=${hmac(other, body)}, ${right}`, body, secret)).toBe(true)
      expect(isSignedByPagerDuty(right, `${body} `, secret)).toBe(false)
      expect(isSignedByPagerDuty(right, body, other)).toBe(false)
      expect(isSignedByPagerDuty(right.replace('v1', 'v2'), body, secret)).toBe(false)
      expect(isSignedByPagerDuty(other, body, secret)).toBe(false)
      expect(isSignedByPagerDuty(null, body, secret)).toBe(false)
    }),
  )
})

/** Returns an event in the format that PagerDuty publishes. */
const pagerDuty = (more: object = {}, data: object = {}) =>
  JSON.stringify({
    event: {
      id: '5ac64822-4adc-4fda-ade0-410becf0de4f',
      event_type: 'incident.acknowledged',
      resource_type: 'incident',
      occurred_at: '2030-03-04T10:00:00.000Z',
      agent: { id: 'PXPGF42', type: 'user_reference', summary: 'Earline Greenholt', html_url: 'https://x.example' },
      client: { name: 'PagerDuty' },
      data: { id: 'PT4KHLK', type: 'incident', status: 'acknowledged', incident_key: 'peerwatch:i1', ...data },
      ...more,
    },
  })
const taken = {
  requestId: '5ac64822-4adc-4fda-ade0-410becf0de4f',
  incidentId: 'i1',
  by: 'Earline Greenholt (PagerDuty)',
  note: null,
  at: Date.UTC(2030, 2, 4, 10),
}

describe('an event of PagerDuty', () => {
  it.each([
    ['acknowledged by a user', pagerDuty(), taken],
    ['resolved by a user', pagerDuty({ event_type: 'incident.resolved' }), { ...taken, note: 'resolved in PagerDuty' }],
    [
      'by a user without a name',
      pagerDuty({ agent: { type: 'user_reference' } }),
      { ...taken, by: 'a user (PagerDuty)' },
    ],
    [
      'by Peerwatch itself',
      pagerDuty({ agent: { type: 'inbound_integration_reference', summary: 'Peerwatch' } }),
      null,
    ],
    ['by nobody', pagerDuty({ agent: null }), null],
    ['of another kind', pagerDuty({ event_type: 'incident.triggered' }), null],
    ['about an incident of others', pagerDuty({}, { incident_key: 'nagios:1' }), null],
    ['about the weekly digest', pagerDuty({}, { incident_key: 'peerwatch:findings:2030-03-04' }), null],
    ['that is no JSON', '{', null],
    ['that says hello', JSON.stringify({ event: { id: 'x', event_type: 'pagey.ping', data: {} } }), null],
  ] as const)('%s', (_, body, expected) => {
    expect(parsePagerDutyAcknowledgement(body)).toEqual(expected)
  })
})

describe('the button in Slack', () => {
  const at = Date.UTC(2030, 2, 4, 10)
  const pressed = (value: unknown, more: object = {}) =>
    new URLSearchParams({
      payload: JSON.stringify({
        type: 'block_actions',
        user: { id: 'U1', username: 'ann' },
        actions: [{ action_id: ACKNOWLEDGE_ACTION, value, action_ts: '1.2' }],
        ...more,
      }),
    }).toString()

  it('names the incident in the message, and who pressed it', () => {
    const { blocks } = JSON.parse(createSlackBody(testOutageMessageContent, null, true)) as {
      blocks: { elements?: { value: string }[] }[]
    }
    const [button] = blocks.at(-1)?.elements ?? []
    expect(parseSlackAcknowledgement(pressed(button?.value), at)).toEqual({
      requestId: 'U1 1.2',
      incidentId: 'i1',
      by: 'ann (Slack)',
      note: null,
      at,
    })
  })

  it.each([
    ['where the channel takes none', testOutageMessageContent, false],
    ['of what is over', testEndedOutageMessageContent, true],
    [
      'of what is acknowledged',
      { ...testOutageMessageContent, acknowledged: { by: 'ann', at: testOutageMessageContent.at, note: null } },
      true,
    ],
    ['of missing data', { ...testOutageMessageContent, incidentId: null }, true],
  ])('is not there %s', (_, content, takes) => {
    expect(createSlackBody(content, null, takes)).not.toContain(ACKNOWLEDGE_ACTION)
  })

  it.each([
    pressed('i1', { type: 'view_submission' }),
    pressed('<script>'),
    pressed(undefined),
    pressed('i1', { actions: [{ action_id: 'other', value: 'i1' }] }),
    'payload={',
    '',
  ])('is not %j', (body) => {
    expect(parseSlackAcknowledgement(body, at)).toBeNull()
  })
})

it('requests of one sender are counted by the minute', () => {
  const rate = new InboundRateLimiter(2)
  expect([0, 1, 2].map((ms) => rate.take('a', ms))).toEqual([0, 0, 60])
  expect(rate.take('b', 3)).toBe(0)
  expect(rate.take('a', 60_000)).toBe(0)
})

it.each([
  ['an emoji where it is cut', `${'x'.repeat(99)}😀`],
  ['a NUL', 'An\0n'],
  ['half of an emoji', 'Ann \ud83d'],
  ['a turned order', 'Ann \u202eeciv'],
])('a name with %s can be stored, and reads as it stands', (_, summary) => {
  const event = {
    id: 'e\0',
    event_type: 'incident.acknowledged',
    occurred_at: '2030-02-04T10:00:00Z',
    agent: { type: 'user_reference', summary },
    data: { incident_key: 'peerwatch:i1' },
  }
  const { by = '', requestId = '' } = parsePagerDutyAcknowledgement(JSON.stringify({ event })) ?? {}
  expect([by, requestId].every(isStorableText)).toBe(true)
  expect(by).toMatch(/^[^\p{Cc}\u202e]+ \(PagerDuty\)$/u)
})
