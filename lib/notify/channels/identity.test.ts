import { describe, expect, it } from 'vitest'
import type { ChannelKind } from '#lib/contract/index.ts'
import type { IncidentContent, Message } from '../content.ts'
import { outage, over } from '../testing/content.ts'
import { alertsPayload } from './alertmanager.ts'
import { cloudEvent } from './cloudevents.ts'
import { mailOf } from './email.ts'
import { pagerDutyEvents } from './pagerduty.ts'
import { slackBody } from './slack.ts'
import { syslogMessages } from './syslog.ts'
import { webhookBody } from './webhook.ts'

const URL_ = 'https://pw.example'

type Labelled = { labels: Record<string, string>; endsAt: string }[]
const labelled = (content: IncidentContent) => JSON.parse(alertsPayload(content, URL_)) as Labelled

/** By what the receiver of each kind recognizes the same incident; null = there each message stands alone. */
const keys: Record<ChannelKind | 'cloudevents', ((message: Message & { content: IncidentContent }) => unknown) | null> =
  {
    alertmanager: ({ content }) => labelled(content).map(({ labels }) => labels),
    pagerduty: ({ content }) => pagerDutyEvents(content, 'key', URL_).map((body) => JSON.parse(body).dedup_key),
    webhook: ({ content }) => JSON.parse(webhookBody(content, URL_)).data.incidentId,
    cloudevents: (message) => [
      JSON.parse(cloudEvent(message, URL_)).subject,
      JSON.parse(cloudEvent(message, URL_)).source,
    ],
    email: (message) => mailOf(message, 'noc@example.com', URL_).inReplyTo,
    syslog: (message) => syslogMessages(message, 'host', URL_).map((line) => /incident="([^"]*)"/.exec(line)?.[1]),
    slack: ({ content }) => /"value":"([^"]*)"/.exec(slackBody(content, URL_, true))?.[1],
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
    const key = keyOf(message({ ...outage, reason: 'repeated' }))
    expect(key).toBeTruthy()
    expect(keyOf(message({ ...outage, reason: 'raised', ...changed }))).toEqual(key)
  })
  it('keeps two incidents apart', () => {
    const [one, two] = [outage, { ...outage, incidentId: 'i2' }].map((content) =>
      keyOf({ ...message(content), inReplyTo: content.incidentId }),
    )
    expect(one).not.toEqual(two)
  })
})

it('leaves nothing firing in an Alertmanager, whatever was known later', () => {
  const firing = new Map<string, string>()
  const all = Object.assign({}, ...changes.map(([, changed]) => changed)) as Partial<IncidentContent>
  const messages = [outage, { ...outage, ...all, reason: 'raised' as const }, { ...over, ...all }]
  const open = messages.map((content) => {
    for (const { labels, endsAt } of labelled(content)) firing.set(JSON.stringify(labels), endsAt)
    return [...firing.values()].filter((endsAt) => endsAt > content.at).length
  })
  expect(open).toEqual([1, 1, 0])
})
