import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseSyslogServer } from '#lib/contract/index.ts'
import type { MessageContent, IncidentContent } from '../content.ts'
import { testOutageMessageContent, testEndedOutageMessageContent } from '../testing/content.ts'
import { createAlertsPayload } from './alertmanager.ts'
import { createCloudEvent } from './cloudevents.ts'
import { createPagerDutyEvents } from './pagerduty.ts'
import { createSlackBody } from './slack.ts'
import { createSyslogMessages } from './syslog.ts'
import { createTeamsBody } from './teams.ts'

const URL_ = 'https://pw.example'
const KEY = 'e93facc04764012d7bfb002500d5d1a6'
const acknowledged: IncidentContent = {
  ...testOutageMessageContent,
  reason: 'acknowledged',
  acknowledged: { by: 'ann', at: testOutageMessageContent.at, note: null },
}
const missingData: IncidentContent = {
  ...testOutageMessageContent,
  incidentId: null,
  kind: 'nothing_polled',
  scope: '',
  scopeName: '',
  subject: '',
}
const test: MessageContent = { reason: 'test', severity: 'info', channel: 'NOC', at: testOutageMessageContent.at }
const findings: MessageContent = {
  reason: 'findings',
  severity: 'info',
  monday: '2030-02-04',
  entries: [],
  fresh: 0,
  at: testOutageMessageContent.at,
}
const digestOf = (entries: IncidentContent[]): MessageContent => ({
  reason: 'digest',
  severity: 'major',
  entries,
  at: testOutageMessageContent.at,
})
const contents: MessageContent[] = [
  testOutageMessageContent,
  testEndedOutageMessageContent,
  acknowledged,
  missingData,
  test,
  findings,
  digestOf([testOutageMessageContent, testEndedOutageMessageContent, missingData]),
]

/** An incident with about 30 kB in one section: 40 lines of 800 characters. */
const huge: IncidentContent = {
  ...testOutageMessageContent,
  scopeName: 'huge',
  card: null,
  evidence: Array.from({ length: 40 }, (_, i) => `${i} ${'&*é'.repeat(266)}`),
}
const copies = (length: number) =>
  digestOf(
    Array.from({ length }, (_, i) => ({
      ...testOutageMessageContent,
      card: null,
      scopeName: `ckt-${i}`,
      incidentId: `i${i}`,
    })),
  )

/** Long and unusual names and notes. */
const odd = fc.string({ unit: 'grapheme', maxLength: 6_000 })
const oddContent = fc
  .record({
    scopeName: odd,
    subject: odd,
    nextStep: odd,
    evidence: fc.array(odd, { maxLength: 40 }),
    copies: fc.integer({ min: 0, max: 80 }),
  })
  .map(({ copies, ...fields }): MessageContent => {
    const one = { ...testOutageMessageContent, ...fields }
    return copies === 0 ? one : digestOf(Array.from({ length: copies }, () => one))
  })

describe('a CloudEvent', () => {
  /** Schema of the required and optional attributes of CloudEvents 1.0.2, and of extension names (section 3). */
  const event = z
    .object({
      specversion: z.literal('1.0'),
      id: z.string().min(1),
      source: z.string().min(1),
      type: z.string().min(1),
      subject: z.string().min(1).optional(),
      time: z.iso.datetime(),
      datacontenttype: z.literal('application/json'),
      data: z.looseObject({}),
    })
    .catchall(z.never())

  it.each(contents)('%# is one by its specification', (content) => {
    const read = JSON.parse(createCloudEvent({ id: 'msg_1', content }, URL_))
    expect(event.parse(read)).toEqual(read)
    expect(Object.keys(read).filter((name) => !/^[a-z0-9]{1,20}$/.test(name))).toEqual([])
  })

  it('names the incident, and this instance as its source', () => {
    expect(JSON.parse(createCloudEvent({ id: 'msg_1', content: testOutageMessageContent }, URL_))).toMatchObject({
      id: 'msg_1',
      source: URL_,
      type: 'peerwatch.incident.opened',
      subject: 'i1',
      time: testOutageMessageContent.at,
      data: { severity: 'major', startedBetween: testOutageMessageContent.started },
    })
    expect(JSON.parse(createCloudEvent({ id: 'msg_1', content: test }, null))).toMatchObject({
      source: 'urn:peerwatch',
      type: 'peerwatch.test',
    })
  })
})

describe('PagerDuty', () => {
  /**
   * Schema of the Events API v2, as PagerDuty publishes it (api-schema, events-v2), with the limits given in its text.
   */
  const event = z.strictObject({
    routing_key: z.string().length(32),
    event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
    dedup_key: z.string().min(1).max(255),
    client: z.string().optional(),
    client_url: z.url().optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string() })).optional(),
    payload: z
      .strictObject({
        summary: z.string().min(1).max(1_024),
        timestamp: z.iso.datetime(),
        severity: z.enum(['critical', 'warning', 'error', 'info']),
        source: z.string().min(1),
        component: z.string().optional(),
        class: z.string().optional(),
        custom_details: z.record(z.string(), z.string()),
      })
      .optional(),
  })
  const eventsOf = (content: MessageContent) =>
    createPagerDutyEvents(content, KEY, URL_).map((text) => event.parse(JSON.parse(text)))

  it.each(contents)('takes content %#', (content) => {
    for (const { event_action, payload } of eventsOf(content))
      expect(payload === undefined).toBe(event_action !== 'trigger')
  })

  it('opens, acknowledges and resolves one incident by one key', () => {
    const events = [testOutageMessageContent, acknowledged, testEndedOutageMessageContent].flatMap(eventsOf)
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge', 'resolve'])
    expect(new Set(events.map(({ dedup_key }) => dedup_key))).toEqual(new Set(['peerwatch:i1']))
    expect(events[0]?.payload).toMatchObject({
      severity: 'error',
      source: 'ckt-lon',
      class: 'path_down',
      component: testOutageMessageContent.subject,
    })
    expect(events[0]?.payload?.custom_details).toMatchObject({
      Owner: 'the provider',
      'Next step': testOutageMessageContent.nextStep,
    })
  })

  it('begins its summary with the need for a person', () => {
    const [event] = eventsOf({
      ...testOutageMessageContent,
      needsYou: { when: 'now', reason: '8 prefixes are cut off' },
    })
    expect(event?.payload?.summary).toMatch(/^Needs you now: 8 prefixes are cut off\. Path down: /)
  })

  it('takes of a digest what was decided last of each incident', () => {
    const events = eventsOf(
      digestOf([
        testOutageMessageContent,
        { ...testOutageMessageContent, incidentId: 'i2' },
        testEndedOutageMessageContent,
      ]),
    )
    expect(events.map(({ dedup_key, event_action }) => [dedup_key, event_action])).toEqual([
      ['peerwatch:i1', 'resolve'],
      ['peerwatch:i2', 'trigger'],
    ])
  })

  it('takes whatever anything is called', () => {
    fc.assert(
      fc.property(oddContent, (content) => eventsOf(content).length > 0),
      { numRuns: 20 },
    )
  })
})

describe('Slack', () => {
  const read = (content: MessageContent) =>
    JSON.parse(createSlackBody(content, URL_)) as { text: string; blocks: { type: string; text: { text: string } }[] }

  it('shows the title, and each line with its label', () => {
    const { text, blocks } = read(testOutageMessageContent)
    expect(text).toBe('[MAJOR] Path down: London &lt;primary&gt;, AzurePrivatePeering/primary')
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'section'])
    expect(blocks[1]?.text.text).toContain('*Owner:* the provider')
    expect(blocks[1]?.text.text).toContain(`*Peerwatch:* <${URL_}/incidents/i1|${URL_}/incidents/i1>`)
  })

  it('lets no name mention everybody or become a link', () => {
    const { blocks } = read({
      ...testOutageMessageContent,
      card: null,
      scopeName: '<!channel>',
      nextStep: '<https://evil.example|click>',
    })
    expect(blocks[1]?.text.text).toContain('*Next step:* &lt;https://evil.example|click&gt;')
    expect(JSON.stringify(blocks)).not.toContain('<!channel>"}')
    expect(blocks[1]?.text.text).not.toContain('<!')
  })

  it('has the first lines of a huge section and its link, and says how many are left out', () => {
    const [, section] = read(huge).blocks
    expect(section?.text.text).toMatch(/^This incident has opened\./)
    expect(section?.text.text).toMatch(/\d+ more lines are left out here\.\n\*Peerwatch:\* <https/)
    expect(read({ ...testOutageMessageContent, nextStep: '&'.repeat(900) }).blocks[1]?.text.text).toMatch(
      /amp;…\n[\s\S]*incidents\/i1/,
    )
  })

  it('names what has no room for its lines', () => {
    const { blocks } = read(copies(60))
    expect(blocks).toHaveLength(49)
    for (let i = 0; i < 60; i++) expect(JSON.stringify(blocks)).toContain(`ckt-${i},`)
    expect(JSON.stringify(read(copies(300)).blocks)).toMatch(/ckt-40,.*\d+ more are left out here/)
  })

  it('stays within its limits', () => {
    fc.assert(
      fc.property(oddContent, (content) => {
        const { blocks } = read(content)
        expect(blocks.length).toBeLessThanOrEqual(50)
        for (const { type, text } of blocks) {
          expect([...text.text].length).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000)
          expect(text.text).not.toBe('')
        }
      }),
      { numRuns: 20 },
    )
  })
})

describe('Teams', () => {
  const card = (content: MessageContent) => JSON.parse(createTeamsBody(content, URL_)).attachments[0]

  it('is an adaptive card with facts and a button', () => {
    const { contentType, content } = card(testOutageMessageContent)
    expect(contentType).toBe('application/vnd.microsoft.card.adaptive')
    expect(content).toMatchObject({ type: 'AdaptiveCard', version: '1.4' })
    expect(content.body[0]).toMatchObject({ type: 'TextBlock', color: 'Attention' })
    expect(content.body.find(({ type }: { type: string }) => type === 'FactSet').facts).toContainEqual({
      title: 'Owner',
      value: 'the provider',
    })
    expect(content.actions).toContainEqual({ type: 'Action.OpenUrl', title: 'Peerwatch', url: `${URL_}/incidents/i1` })
    expect(card(testEndedOutageMessageContent).content.body[0].color).toBe('Good')
  })

  it('lets no name become a link', () => {
    const { content } = card({ ...testOutageMessageContent, card: null, scopeName: '[x](https://evil.example)' })
    expect(content.body[0].text).toContain('\\[x\\]\\(https://evil.example\\)')
  })

  it('stays below 28 KB, and says what is left out', () => {
    fc.assert(
      fc.property(oddContent, (content) => Buffer.byteLength(createTeamsBody(content, URL_)) < 28_000),
      { numRuns: 20 },
    )
    expect(createTeamsBody(copies(300), URL_)).toMatch(/\d+ more are left out here/)
  })

  it.each([
    ['one huge section', digestOf([huge]), ['huge', 'This incident has opened.', 'Severity', 'major']],
    [
      'a huge one among others',
      digestOf([testOutageMessageContent, huge, testEndedOutageMessageContent]),
      ['London', 'huge', 'This incident has closed.'],
    ],
    ['60 of them', copies(60), Array.from({ length: 60 }, (_, i) => `ckt-${i},`)],
    ['an incident alone', huge, ['huge', 'This incident has opened.', `${URL_}/incidents/i1`]],
  ])('%s: each keeps its first lines, and the message its link', (_, content, texts) => {
    const body = createTeamsBody(content, URL_)
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(24_000)
    for (const text of texts) expect(body).toContain(text)
    expect(body).toContain('Shortened here')
    expect(body).toContain(`${URL_}/incidents/`)
  })

  it('cuts no letter in half', () => {
    const text = createTeamsBody({ ...huge, nextStep: `${'x'.repeat(498)}😀😀` }, URL_)
    expect(text.isWellFormed() && !/\\ud8/i.test(text)).toBe(true)
  })
})

describe('Alertmanager', () => {
  const active = (content: MessageContent) =>
    (
      JSON.parse(createAlertsPayload(content, URL_)) as {
        annotations: Record<string, string>
        startsAt: string
        endsAt: string
      }[]
    ).filter(({ endsAt }) => endsAt > testOutageMessageContent.at)

  it.each([
    { name: 'opened', content: testOutageMessageContent, severities: ['major'] },
    {
      name: 'raised',
      content: { ...testOutageMessageContent, reason: 'raised', severity: 'critical' } as IncidentContent,
      severities: ['critical'],
    },
    { name: 'acknowledged', content: acknowledged, severities: ['major'] },
    { name: 'closed', content: testEndedOutageMessageContent, severities: [] },
  ])('$name: only alerts of $severities go on', ({ content, severities }) => {
    expect(active(content).map(({ annotations }) => annotations.severity)).toEqual(severities)
  })

  it.each(contents)('content %# never ends before it starts', (content) => {
    for (const { startsAt, endsAt } of JSON.parse(createAlertsPayload(content, null)))
      expect(startsAt <= endsAt).toBe(true)
  })
})

describe('syslog', () => {
  /** RFC 5424, section 6: HEADER SP STRUCTURED-DATA SP MSG. */
  const SYNTAX =
    /^<(\d{1,3})>1 (\S+) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) ([\x21-\x7e]{1,128}) ([\x21-\x7e]{1,32}) \[peerwatch@32473((?: [\x21-\x3c\x3e-\x5c\x5e-\x7e]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*)\] \u{FEFF}([^\n]*)$/u

  it.each(contents)('content %# is a message by RFC 5424', (content) => {
    for (const line of createSyslogMessages({ id: 'msg_1', content }, 'noc host\n', URL_)) expect(line).toMatch(SYNTAX)
  })

  it('takes whatever anything is called', () => {
    fc.assert(
      fc.property(oddContent, (content) => {
        for (const line of createSyslogMessages({ id: 'msg_1', content }, 'noc', null)) expect(line).toMatch(SYNTAX)
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    { content: testOutageMessageContent, priority: 131 },
    { content: { ...testOutageMessageContent, severity: 'critical' } as MessageContent, priority: 130 },
    { content: testEndedOutageMessageContent, priority: 133 },
    { content: test, priority: 133 },
  ])('%# has the priority of local0 and its severity', ({ content, priority }) => {
    expect(createSyslogMessages({ id: 'm', content }, 'noc', null)[0]).toMatch(new RegExp(`^<${priority}>1 `))
  })

  it('escapes what ends a value', () => {
    const [line = ''] = createSyslogMessages(
      { id: 'm', content: { ...testOutageMessageContent, subject: 'a"b\\c]d' } },
      'noc',
      null,
    )
    expect(line).toContain(' subject="a\\"b\\\\c\\]d"')
  })

  it.each([
    ['tls://logs.example.com', { transport: 'tls', host: 'logs.example.com', port: 6514 }],
    ['udp://10.0.0.5', { transport: 'udp', host: '10.0.0.5', port: 514 }],
    ['tcp://[2001:db8::1]:10514', { transport: 'tcp', host: '2001:db8::1', port: 10_514 }],
    ['tcp://logs.example.com:0', null],
    ['tcp://logs.example.com:70000', null],
    ['http://logs.example.com', null],
    ['logs.example.com:514', null],
    ['tcp://user@logs', null],
  ])('%s is %j', (text, server) => {
    expect(parseSyslogServer(text)).toEqual(server)
  })
})
