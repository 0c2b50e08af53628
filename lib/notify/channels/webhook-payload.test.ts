import { describe, expect, it } from 'vitest'
import type { MessageContent } from '../content.ts'
import { testOutageMessageContent, testEndedOutageMessageContent } from '../testing/content.ts'
import { createWebhookBody } from './webhook.ts'

const PUBLIC_URL = 'https://pw.example'
const explainedBy = [{ kind: 'location', name: 'London', members: { of: 'circuits', hit: 2, total: 2 } }] as const
const entries = ['ckt-a', 'ckt-b', 'ckt-c'].map((scopeName) => ({
  ...testOutageMessageContent,
  scopeName,
  incidentId: scopeName,
}))

describe('the body of a webhook', () => {
  it.each<{ name: string; content: MessageContent; body: object }>([
    {
      name: 'of an opening has the incident with its bounds and its link',
      content: testOutageMessageContent,
      body: {
        type: 'incident.opened',
        timestamp: testOutageMessageContent.at,
        data: {
          title: 'Path down: London <primary>, AzurePrivatePeering/primary',
          incidentId: 'i1',
          severity: 'major',
          kind: 'path_down',
          startedBetween: testOutageMessageContent.started,
          endedBetween: null,
          outage: null,
          owner: 'provider',
          decidedAt: testOutageMessageContent.at,
          url: 'https://pw.example/incidents/i1',
        },
      },
    },
    {
      name: 'of a closing has the bounds of the outage',
      content: testEndedOutageMessageContent,
      body: {
        type: 'incident.closed',
        data: { endedBetween: testEndedOutageMessageContent.ended, outage: testEndedOutageMessageContent.outage },
      },
    },
    {
      name: 'of missing data is about the collector',
      content: { ...testOutageMessageContent, incidentId: null, kind: 'nothing_polled', card: null },
      body: { type: 'collector.opened', data: { incidentId: null, url: 'https://pw.example/sources' } },
    },
    {
      name: 'has what explains the incident',
      content: { ...testOutageMessageContent, explainedBy },
      body: { data: { explainedBy } },
    },
    {
      name: 'of a digest has every entry',
      content: { reason: 'digest', severity: 'major', entries, at: testOutageMessageContent.at },
      body: {
        type: 'digest',
        data: {
          severity: 'major',
          entries: ['ckt-a', 'ckt-b', 'ckt-c'].map((scopeName) => ({
            scopeName,
            url: `https://pw.example/incidents/${scopeName}`,
          })),
        },
      },
    },
    {
      name: 'of a test names the channel',
      content: { reason: 'test', severity: 'info', channel: 'NOC', at: testOutageMessageContent.at },
      body: { type: 'test', data: { title: '[TEST] Peerwatch reaches NOC', channel: 'NOC' } },
    },
  ])('$name', ({ content, body }) => {
    expect(JSON.parse(createWebhookBody(content, PUBLIC_URL))).toMatchObject(body)
  })

  it('has no link without a public URL', () => {
    expect(JSON.parse(createWebhookBody(testOutageMessageContent, null)).data.url).toBeNull()
  })
})
