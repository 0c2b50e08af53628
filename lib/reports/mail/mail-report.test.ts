import { afterEach, expect, it } from 'vitest'
import { publicOnly } from '#lib/notify/testing/outbound.ts'
import { type MailServer, startMailServer } from '#lib/notify/testing/mail-server.ts'
import { defaultNotifySettings as settings } from '#lib/notify/index.ts'
import { createReportSender } from './mail-report.ts'

let server: MailServer
afterEach(() => server.close())

/**
 * Returns the parts of a mail: type, file name and decoded text.
 * @source RFC 2045, RFC 2046
 */
function partsOf(raw: string): { type: string; name: string | null; text: string }[] {
  const split = raw.indexOf('\r\n\r\n')
  const [head, body] = [raw.slice(0, split).replace(/\r\n[ \t]+/g, ' '), raw.slice(split + 4)]
  const [, type = 'text/plain'] = /^content-type: ([^;\s]+)/im.exec(head) ?? []
  const [, boundary] = /^content-type: multipart\/.*boundary="?([^";]+)"?/im.exec(head) ?? []
  if (boundary !== undefined) {
    const parts = body.split(`--${boundary}`).slice(1, -1)
    return parts.flatMap((part) => partsOf(part.replace(/^\r\n/, '')))
  }
  const [, encoding = '7bit'] = /^content-transfer-encoding: (\S+)/im.exec(head) ?? []
  const [, name = null] = /filename="?([^";\r\n]+)"?/i.exec(head) ?? []
  const bytes =
    encoding.toLowerCase() === 'base64'
      ? Buffer.from(body, 'base64')
      : Buffer.from(
          body
            .replace(/=\r\n/g, '')
            .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          encoding.toLowerCase() === 'quoted-printable' ? 'latin1' : 'utf8',
        )
  return [{ type, name, text: bytes.toString() }]
}

it('a report arrives at a mail server with its page and its files as they were made', async () => {
  server = await startMailServer()
  const html = `<!doctype html>\n<p>Zürich – ${'long '.repeat(60)}</p>\n`
  const csv = 'month,name\r\n2026-11,"Zürich, core"\r\n'
  const send = createReportSender({
    mail: { url: `smtp://127.0.0.1:${server.port}`, from: 'Peerwatch <noc@edge.example>' },
    settings,
    outbound: publicOnly,
  })
  const mail = {
    subject: '[REPORT] Availability 2026-11',
    text: 'Zürich\n',
    html,
    attachments: [
      { name: 'availability.html', type: 'text/html' as const, text: html },
      { name: 'availability.csv', type: 'text/csv' as const, text: csv },
    ],
  }
  const report = { id: 'rp_1:2026-11', to: ['a@x.example', 'b@x.example'], mail }
  expect(await send(report)).toMatchObject({ delivered: true })
  await send(report)
  const [first, again] = server.mails
  expect(first?.to).toEqual(['a@x.example', 'b@x.example'])
  expect(first?.headers).toMatchObject({
    subject: '[REPORT] Availability 2026-11',
    'list-id': 'Peerwatch notifications <peerwatch.edge.example>',
    'auto-submitted': 'auto-generated',
  })
  // the message ID is the same, so that a mail program recognizes a duplicate
  expect(first?.headers['message-id']).toMatch(/^<report\..+@edge\.example>$/)
  expect(again?.headers['message-id']).toBe(first?.headers['message-id'])
  const parts = partsOf(first?.raw ?? '')
  const lines = (text = '') => text.replaceAll('\r\n', '\n').trimEnd()
  expect(parts.map(({ type, name }) => [type, name])).toEqual([
    ['text/plain', null],
    ['text/html', null],
    ['text/html', 'availability.html'],
    ['text/csv', 'availability.csv'],
  ])
  expect(parts.slice(0, 2).map(({ text }) => lines(text))).toEqual([lines(mail.text), lines(html)])
  expect(parts[2]?.text).toBe(html)
  expect(parts[3]?.text).toBe(csv)
})

it('without a mail server it says what to set', async () => {
  server = await startMailServer()
  const send = createReportSender({ mail: null, settings, outbound: publicOnly })
  const mail = { subject: '', text: '', html: '', attachments: [] }
  expect(await send({ id: 'x', to: ['a@x.example'], mail })).toMatchObject({
    delivered: false,
    error: expect.stringMatching(/SMTP_URL/),
  })
})
