import { describe, expect, it } from 'vitest'
import type { ChannelKind } from '#lib/contract/index.ts'
import type { MessageContent, IncidentContent, ChannelMessage } from '../content.ts'
import { testOutageMessageContent, testEndedOutageMessageContent } from '../testing/content.ts'
import { createAlertsPayload } from './alertmanager.ts'
import { createCloudEvent } from './cloudevents.ts'
import { createMail } from './email.ts'
import { createPagerDutyEvents } from './pagerduty.ts'
import { createSlackBody } from './slack.ts'
import { createSyslogMessages } from './syslog.ts'
import { createWebhookBody } from './webhook.ts'

const URL_ = 'https://pw.example'

type Labelled = { labels: Record<string, string>; endsAt: string }[]
const labelled = (content: IncidentContent) => JSON.parse(createAlertsPayload(content, URL_)) as Labelled

/**
 * The value by which a receiver of each kind recognizes messages of the same incident; null = each message is
 * independent there.
 */
const keys: Record<
  ChannelKind | 'cloudevents',
  ((message: ChannelMessage & { content: IncidentContent }) => unknown) | null
> = {
  alertmanager: ({ content }) => labelled(content).map(({ labels }) => labels),
  pagerduty: ({ content }) => createPagerDutyEvents(content, 'key', URL_).map((body) => JSON.parse(body).dedup_key),
  webhook: ({ content }) => JSON.parse(createWebhookBody(content, URL_)).data.incidentId,
  cloudevents: (message) => [
    JSON.parse(createCloudEvent(message, URL_)).subject,
    JSON.parse(createCloudEvent(message, URL_)).source,
  ],
  email: (message) => createMail(message, 'noc@example.com', URL_).inReplyTo,
  syslog: (message) => createSyslogMessages(message, 'host', URL_).map((line) => /incident="([^"]*)"/.exec(line)?.[1]),
  slack: ({ content }) => /"value":"([^"]*)"/.exec(createSlackBody(content, URL_, true))?.[1],
  teams: null,
}
const recognized = Object.entries(keys).flatMap(([kind, keyOf]) => (keyOf ? [{ kind, keyOf }] : []))

const changes: [string, Partial<IncidentContent>][] = [
  ['owner', { owner: 'own_change' }],
  ['cause', { cause: 'operator_reset', confidence: 1 }],
  ['severity', { severity: 'critical' }],
  ['root and title', { kind: 'circuit_down', subject: 'ckt-lon' }],
  ['name', { scopeName: 'ckt-london', card: null }],
]

describe.each(recognized)('$kind', ({ keyOf }) => {
  const message = (content: IncidentContent) => ({ id: 'm2', inReplyTo: 'm1', content })

  it.each(changes)('recognizes an open incident when its %s changes', (_, changed) => {
    const key = keyOf(message({ ...testOutageMessageContent, reason: 'repeated' }))
    expect(key).toBeTruthy()
    expect(keyOf(message({ ...testOutageMessageContent, reason: 'raised', ...changed }))).toEqual(key)
  })
  it('keeps two incidents apart', () => {
    const [one, two] = [testOutageMessageContent, { ...testOutageMessageContent, incidentId: 'i2' }].map((content) =>
      keyOf({ ...message(content), inReplyTo: content.incidentId }),
    )
    expect(one).not.toEqual(two)
  })
})

/** Changes of an incident between its start and its end, as the reasons and contents of the messages in between. */
const timelines: [string, Partial<IncidentContent>[]][] = [
  ['nothing', []],
  ['a rise and a fall of its severity', [{ reason: 'raised', severity: 'critical' }, { severity: 'minor' }]],
  ['another owner', [{ reason: 'repeated', owner: 'own_change' }]],
  ['another cause', [{ reason: 'repeated', cause: 'operator_reset', confidence: 1 }]],
  ['another root event', [{ reason: 'raised', kind: 'circuit_down', subject: 'ckt-lon' }]],
  ['another name', [{ reason: 'repeated', scopeName: 'ckt-london', card: null }]],
  ['an earlier begin', [{ reason: 'repeated', started: ['1970-01-01T00:00:00.000Z', '2030-02-04T09:00:00.000Z'] }]],
  [
    'an acknowledgement, a snooze and an escalation',
    [
      { reason: 'acknowledged', acknowledged: { by: 'ann', at: testOutageMessageContent.at, note: null } },
      { reason: 'unsnoozed' },
      { reason: 'escalated' },
    ],
  ],
  [
    'recovery that is not verified',
    [{ reason: 'unverifiable', ended: testEndedOutageMessageContent.ended }, { reason: 'flapping' }],
  ],
  ['a hundred days without a message', [{ reason: 'repeated', at: '2030-05-15T10:00:00.000Z' }]],
]
const seconds = (content: IncidentContent, n: number) => new Date(Date.parse(content.at) + n * 1_000).toISOString()

/** Returns the sequence in which alerts start and end in an Alertmanager, which also ends alerts at their `endsAt`. */
function transitionsOf(contents: readonly MessageContent[]): string[] {
  const firing = new Map<string, string>()
  const seen: string[] = []
  const endBefore = (at: string) => {
    for (const [key, endsAt] of firing) if (endsAt <= at && firing.delete(key)) seen.push('end')
  }
  for (const content of contents) {
    endBefore(content.at)
    for (const { labels, endsAt } of JSON.parse(createAlertsPayload(content, URL_)) as Labelled) {
      const key = JSON.stringify(labels)
      if (endsAt > content.at && !firing.has(key)) seen.push('begin')
      if (endsAt > content.at || firing.has(key)) firing.set(key, endsAt)
    }
    endBefore(content.at)
  }
  return seen
}

describe('an Alertmanager alert', () => {
  it.each(timelines)('begins once and ends once with %s in between', (_, between) => {
    let last: IncidentContent = testOutageMessageContent
    const messages = between.map(
      (change, n) => (last = { ...last, at: seconds(testOutageMessageContent, n + 1), ...change }),
    )
    const end: IncidentContent = { ...testEndedOutageMessageContent, ...last, reason: 'closed', at: seconds(last, 60) }
    expect(transitionsOf([testOutageMessageContent, ...messages, end])).toEqual(['begin', 'end'])
  })

  it('ends once in a digest that holds its begin and its end', () => {
    const digest: MessageContent = {
      reason: 'digest',
      severity: 'major',
      entries: [testOutageMessageContent, testEndedOutageMessageContent],
      at: testEndedOutageMessageContent.at,
    }
    expect(transitionsOf([testOutageMessageContent, digest])).toEqual(['begin', 'end'])
    expect(transitionsOf([digest])).toEqual([])
  })

  it('of failing polls ends with the fault that explains them', () => {
    const polls: IncidentContent = { ...testOutageMessageContent, incidentId: 'polls', kind: 'collector_degraded' }
    const fault: IncidentContent = {
      ...testOutageMessageContent,
      reason: 'raised',
      continues: 'polls',
      at: seconds(testOutageMessageContent, 60),
    }
    const end: IncidentContent = {
      ...fault,
      ...testEndedOutageMessageContent,
      at: seconds(testOutageMessageContent, 120),
    }
    expect(transitionsOf([polls, end])).toEqual(['begin', 'end'])
    expect(transitionsOf([polls, fault, end]).toSorted()).toEqual(['begin', 'begin', 'end', 'end'])
    const resolved = createPagerDutyEvents(end, 'key', URL_).map((body) => JSON.parse(body))
    expect(resolved.map((event) => [event.event_action, event.dedup_key])).toEqual([
      ['resolve', 'peerwatch:i1'],
      ['resolve', 'peerwatch:polls'],
    ])
  })
})
