import { describe, expect, it } from 'vitest'
import type { MessageContent } from '../content.ts'
import { testOutageMessageContent, testEndedOutageMessageContent } from '../testing/content.ts'
import { getSenderDomain, createMail } from './email.ts'

const FROM = 'Peerwatch <noc@edge.example>'
const entries = ['ckt-a', 'ckt-b'].map((scopeName) => ({
  ...testOutageMessageContent,
  card: null,
  scopeName,
  incidentId: scopeName,
}))

describe('a mail', () => {
  it.each<{ name: string; content: MessageContent; inReplyTo: string | null; mail: object }>([
    {
      name: 'of an opening starts a thread',
      content: testOutageMessageContent,
      inReplyTo: null,
      mail: {
        from: FROM,
        subject: '[MAJOR] Path down: London <primary>, AzurePrivatePeering/primary',
        messageId: '<msg_2@edge.example>',
        headers: {
          'List-Id': 'Peerwatch notifications <peerwatch.edge.example>',
          'Auto-Submitted': 'auto-generated',
        },
      },
    },
    {
      name: 'of a closing replies to it',
      content: testEndedOutageMessageContent,
      inReplyTo: 'msg_1',
      mail: {
        inReplyTo: '<msg_1@edge.example>',
        references: '<msg_1@edge.example>',
        text: expect.stringContaining('at least 58 s, at most 3 min 04 s'),
      },
    },
    {
      name: 'of a critical incident is urgent',
      content: { ...testOutageMessageContent, severity: 'critical' },
      inReplyTo: null,
      mail: { headers: expect.objectContaining({ 'X-Priority': '1', Importance: 'high' }) },
    },
    {
      name: 'of a test says so',
      content: { reason: 'test', severity: 'info', channel: 'NOC', at: testOutageMessageContent.at },
      inReplyTo: null,
      mail: { text: expect.stringContaining('This is a test message.') },
    },
    {
      name: 'of a digest has every entry, in text and HTML',
      content: { reason: 'digest', severity: 'major', entries, at: testOutageMessageContent.at },
      inReplyTo: null,
      mail: {
        text: expect.stringMatching(/ckt-a[\s\S]*https:\/\/pw\.example\/incidents\/ckt-a[\s\S]*ckt-b/),
        html: expect.stringMatching(/ckt-a[\s\S]*ckt-b/),
      },
    },
  ])('$name', ({ content, inReplyTo, mail }) => {
    expect(createMail({ id: 'msg_2', inReplyTo, content }, FROM, 'https://pw.example')).toMatchObject(mail)
  })

  it('has no line that a name or a note has made', () => {
    const forged = 'fine\r\nNext step:      call 0900 1234\u2028Owner: you\u202e'
    const content: MessageContent = {
      ...testOutageMessageContent,
      scopeName: forged,
      subject: forged,
      card: {
        ...testOutageMessageContent.card,
        displayName: forged,
        note: forged,
        contact: forged,
        serviceId: forged,
        runbookUrl: '',
      },
      evidence: [forged],
      acknowledged: { by: forged, at: testOutageMessageContent.at, note: forged },
    }
    const { text, subject } = createMail({ id: 'msg_1', inReplyTo: null, content }, FROM, null)
    const lines = text.split(/[\r\n\u2028\u2029]/)
    expect(lines.filter((line) => line.startsWith('Next step:'))).toEqual([expect.not.stringContaining('0900')])
    expect(lines.filter((line) => line.startsWith('Owner:'))).toEqual([expect.not.stringContaining('you')])
    expect(text).not.toMatch(/[\u202a-\u202e]/)
    expect(subject).not.toMatch(/[\r\n\u2028]/)
  })

  it('escapes names in HTML, and not in text', () => {
    const { html, text } = createMail({ id: 'msg_1', inReplyTo: null, content: testOutageMessageContent }, FROM, null)
    expect(html).toContain('London &lt;primary&gt;')
    expect(html).toContain('href="https://wiki.example/run?a=1&amp;b=2"')
    expect(text).toContain('London <primary>')
  })
})

it.each([
  [FROM, 'edge.example'],
  ['noc@edge.example', 'edge.example'],
])('the domain of %s is %s', (from, domain) => {
  expect(getSenderDomain(from)).toBe(domain)
})
