import { describe, expect, it } from 'vitest'
import { listSectionLines } from '#lib/contract/document/plain-text.ts'
import type { MessageContent, IncidentContent } from '../content.ts'
import { testOutageMessageContent, testEndedOutageMessageContent } from '../testing/content.ts'
import { createMessageSections } from './sections.ts'

const plain: IncidentContent = { ...testOutageMessageContent, card: null }
const explainedBy = [{ kind: 'location', name: 'London', members: { of: 'circuits', hit: 2, total: 2 } }] as const
const acknowledged = { by: 'ann', at: '2030-02-04T10:02:00.000Z', note: 'calling the provider' }

/** Returns each line of a message as `label: text`. */
const saidBy = (content: MessageContent, publicUrl: string | null = null) =>
  createMessageSections(content, publicUrl)
    .flatMap(listSectionLines)
    .map(({ label, text }) => (label === '' ? text : `${label}: ${text}`))

describe('the status of an incident', () => {
  const unverifiableSince = '2030-02-04T10:05:00.000Z'
  it.each<{ name: string; content: IncidentContent; status: string }>([
    { name: 'opened', content: plain, status: 'This incident has opened.' },
    {
      name: 'raised',
      content: { ...plain, reason: 'raised', severity: 'critical' },
      status: 'The severity was raised to critical.',
    },
    {
      name: 'repeated, without good samples',
      content: { ...plain, reason: 'repeated', unverifiableSince },
      status:
        'This incident is still open, and not acknowledged or its acknowledgement has expired. No good sample since 2030-02-04 10:05:00 UTC: its current state cannot be confirmed.',
    },
    { name: 'acknowledged', content: { ...plain, reason: 'acknowledged' }, status: 'Acknowledged.' },
    {
      name: 'unverifiable',
      content: { ...plain, reason: 'unverifiable', unverifiableSince },
      status:
        'This incident is open. No good sample since 2030-02-04 10:05:00 UTC: its current state cannot be confirmed.',
    },
    {
      name: 'flapping',
      content: { ...plain, reason: 'flapping' },
      status:
        'This incident opens and closes repeatedly. Until it has been quiet for 30 min, you are notified only of new faults and new causes, and if it becomes more severe or more urgent. See its page for each opening.',
    },
    {
      name: 'opened, with the need for a person',
      content: { ...plain, needsYou: { when: 'now', reason: '8 prefixes are cut off' } },
      status: 'Needs you now: 8 prefixes are cut off. This incident has opened.',
    },
    {
      name: 'more urgent than before',
      content: { ...plain, reason: 'urgent', needsYou: { when: 'now', reason: '8 prefixes are cut off' } },
      status: 'Needs you now: 8 prefixes are cut off. This incident is more urgent than before.',
    },
    {
      name: 'extended by a further fault',
      content: { ...plain, reason: 'extended' },
      status: 'A further fault joined this incident.',
    },
    {
      name: 'closed, without the need for a person',
      content: { ...testEndedOutageMessageContent, needsYou: { when: 'nobody', reason: 'it is over' } },
      status: 'This incident has closed.',
    },
    { name: 'closed', content: testEndedOutageMessageContent, status: 'This incident has closed.' },
    {
      name: 'closed, though nothing is back',
      content: { ...testEndedOutageMessageContent, notBack: 'absent as long as it had been known' },
      status: 'This incident has closed, but the former state is not restored: absent as long as it had been known.',
    },
    {
      name: 'sent by somebody',
      content: { ...plain, reason: 'sent', sent: { by: 'ann', note: null } },
      status: 'ann sent this incident, which is ongoing.',
    },
    {
      name: 'sent by somebody after its end',
      content: { ...testEndedOutageMessageContent, reason: 'sent', sent: { by: 'ann', note: null } },
      status: 'ann sent this incident, which is over.',
    },
  ])('$name', ({ content, status }) => {
    expect(saidBy(content)[0]).toBe(status)
  })
})

describe('a message', () => {
  it.each<{ name: string; content: MessageContent; has: string[] }>([
    { name: 'the owner', content: plain, has: ['Owner: the provider'] },
    {
      name: 'the owner of a throttled poll',
      content: { ...plain, owner: 'own_change', cause: 'collector_throttled' },
      has: ['Owner: Peerwatch’s polling'],
    },
    { name: 'the impact', content: { ...plain, impact: '2 prefixes cut off.' }, has: ['Impact: 2 prefixes cut off.'] },
    {
      name: 'the fact that hinders the move before the impact',
      content: { ...plain, hindrance: 'erc-ams is not provisioned.', impact: '2 prefixes cut off.' },
      has: ['Impact: erc-ams is not provisioned.', '2 prefixes cut off.'],
    },
    { name: 'its related events', content: plain, has: ['Related: 3 more events in this incident'] },
    {
      name: 'the contact of the card',
      content: testOutageMessageContent,
      has: ['Service: SVC-42', 'Contact: +44 20 7946 0000', 'Runbook: https://wiki.example/run?a=1&b=2'],
    },
    {
      name: 'a missing contact of an owner who must be called',
      content: { ...plain, owner: 'provider', card: null },
      has: ["Contact: no contact declared: add one on the incident's page"],
    },
    {
      name: 'the acknowledgement',
      content: { ...plain, reason: 'repeated', acknowledged },
      has: ['Acknowledged: by ann, 2030-02-04 10:02:00 UTC: calling the provider'],
    },
    {
      name: 'the note of who sent it',
      content: { ...plain, reason: 'sent', sent: { by: 'ann', note: 'for you' } },
      has: ['Note: for you'],
    },
    {
      name: 'who works on it',
      content: { ...plain, assigned: { assignee: 'Ben', by: 'ann', at: acknowledged.at, note: null } },
      has: ['Assigned to: Ben, by ann, 2030-02-04 10:02:00 UTC'],
    },
    {
      name: 'the earlier notice of its failing polls',
      content: { ...plain, continues: 'i0' },
      has: ['Continues: incident i0, which reported the failing polls'],
    },
    {
      name: 'what explains it',
      content: { ...plain, explainedBy },
      has: ['Explained by: peering location London, both of its 2 circuits'],
    },
    {
      name: 'that it is a test',
      content: { reason: 'test', severity: 'info', channel: 'NOC', at: plain.at },
      has: ['This is a test message.'],
    },
  ])('shows $name', ({ content, has }) => {
    expect(saidBy(content)).toEqual(expect.arrayContaining(has))
  })

  it('of a closed incident has no next step, no delay and no acknowledgement', () => {
    const labels = saidBy({ ...testEndedOutageMessageContent, acknowledged }).map((line) => line.split(':')[0])
    expect(labels).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(Next step|Delay|Acknowledged)$/)]))
    expect(labels).toEqual(expect.arrayContaining(['Started', 'Ended', 'Duration']))
    const { started, ended } = testEndedOutageMessageContent
    const twice = saidBy({
      ...testEndedOutageMessageContent,
      outages: [
        { started, ended },
        { started, ended },
      ],
    })
    expect(
      twice.filter((line) => /^(Started|Ended|Outage|Duration)/.test(line)).map((line) => line.split(':')[0]),
    ).toEqual(['Outage 1', 'Outage 2', 'Duration in all'])
  })

  it('has no explanation and no link unless there is one', () => {
    expect(saidBy({ ...plain, explainedBy: [] }).join('\n')).not.toMatch(/Explained|Peerwatch/)
    expect(saidBy(plain, 'https://pw.example')).toContain('Peerwatch: https://pw.example/incidents/i1')
  })
})

describe('the faults that joined an open incident', () => {
  const fault = {
    kind: 'mass_withdraw',
    severity: 'major',
    scope: 'gw-lon',
    scopeName: 'gw-lon',
    subject: '',
    startedBetween: ['2030-02-04T10:06:00.000Z', '2030-02-04T10:07:00.000Z'],
    owner: 'onprem',
    cause: 'unknown_cause',
  } as const

  it('are named with their bounds, cause and owner', () => {
    const lines = saidBy({ ...plain, reason: 'extended', faults: [fault] }).filter((line) => line.includes('gw-lon'))
    expect(lines).toEqual([
      'Further fault: Prefixes withdrawn: gw-lon, started between 2030-02-04 10:06:00 and 10:07:00 UTC. Probable cause: unknown. Owner: the on-premises team',
    ])
  })

  it('are called new in a message about an incident that opened again', () => {
    const lines = saidBy({ ...plain, reason: 'opened', faults: [fault] })
    expect(lines).toContain('This incident has opened again.')
    expect(lines.filter((line) => line.includes('gw-lon'))).toEqual([expect.stringMatching(/^New fault: Prefixes/)])
  })

  it('are limited to five lines and a count', () => {
    const faults = Array.from({ length: 7 }, (_, n) => ({ ...fault, scopeName: `gw-${n}` }))
    const lines = saidBy({ ...plain, reason: 'extended', faults })
    expect(lines.filter((line) => line.includes('Prefixes withdrawn: gw-'))).toHaveLength(5)
    expect(lines).toContain("2 more faults on the incident's page")
  })
})
