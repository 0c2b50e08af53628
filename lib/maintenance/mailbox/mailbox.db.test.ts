import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { readMaintenanceWindows } from '#lib/history/index.ts'
import { listCalendars } from '../store/calendars.ts'
import { createSecretBox, lookUpBySystem } from '#lib/notify/index.ts'
import { DOVECOT_PROGRAM } from '#lib/platform/system-programs.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { shouldSkipTestsWithReason } from '#lib/platform/testing/skipped.ts'
import { whyWithout } from '#lib/platform/testing/why-without.ts'
import { changeUnreadNoticeState, getUnreadNotices } from '../answers/index.ts'
import type { CalendarContext } from '../calendars/index.ts'
import { breakingProxy, type MailServer, startDovecot } from '../testing/dovecot.ts'
import { importNotices } from './import-notices.ts'

/** Real time, because the server dates received mails by its own clock. */
const NOW = Date.now()
const db = withTestDatabase()
const clock = manualClock(NOW)
const context: CalendarContext = {
  clock,
  secrets: createSecretBox('a key'),
  outbound: { allow: [], lookup: lookUpBySystem },
  announce: async () => {},
}
const FROM = ['carrier.example', 'noc@zayo.example', 'noc@lumen.example']
const SERVER = 'mx.corp.example'
let server: MailServer
const address = ({ port = server.tlsPort, password = 'hunter%4022', host = '127.0.0.1', scheme = 'imaps' } = {}) =>
  `${scheme}://noc:${password}@${host}:${port}/INBOX`
const take = (url = address(), own = context) =>
  importNotices(db, { url, from: FROM, authservId: SERVER }, own, AbortSignal.timeout(60_000))

const stamp = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
const calendar = (
  uid: string,
  { hours = 24, sequence = 0, status = 'CONFIRMED', method = 'PUBLISH', more = ['DURATION:PT4H'] } = {},
) =>
  [
    'BEGIN:VCALENDAR',
    `METHOD:${method}`,
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `SEQUENCE:${sequence}`,
    `SUMMARY:Fibre work ${uid}`,
    `DTSTART:${stamp(NOW + hours * MS_PER_HOUR)}`,
    ...more,
    'X-MAINTNOTE-PROVIDER:carrier.example',
    `X-MAINTNOTE-MAINTENANCE-ID:${uid}`,
    'X-MAINTNOTE-OBJECT-ID:IC-1',
    'X-MAINTNOTE-IMPACT:OUTAGE',
    `X-MAINTNOTE-STATUS:${status}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')

let sent = 0
const mail = (
  body: string,
  {
    from = 'Work <noc@carrier.example>',
    type = 'text/plain; charset=utf-8',
    subject = 'Work',
    id = `${(sent += 1)}@test`,
    // in the form of the receiving server
    results = `${SERVER}; dkim=pass header.d=${from.replace(/.*@|>/g, '')}`,
  } = {},
) =>
  `${results && `Authentication-Results: ${results}\n`}From: ${from}\nTo: notices@corp.example\nSubject: ${subject}\nMessage-ID: <${id}>\nMIME-Version: 1.0\nContent-Type: ${type}\n\n${body}`
/** Returns an invitation as mail programs send it: a text, and the calendar as base64. */
const invitation = (text: string) =>
  mail(
    `--b\nContent-Type: text/plain\n\nWork is planned.\n--b\nContent-Type: application/octet-stream; name="work.ics"\nContent-Disposition: attachment; filename="work.ics"\nContent-Transfer-Encoding: base64\n\n${Buffer.from(
      text,
    )
      .toString('base64')
      .replaceAll(/(.{70})/g, '$1\n')}\n--b--\n`,
    { type: 'multipart/mixed; boundary=b' },
  )
const day = (at: number) => {
  const [, name = '', month = ''] = /^\w+, (\d\d) (\w+)/.exec(new Date(at).toUTCString()) ?? []
  return `${name}-${month}-${new Date(at).getUTCFullYear()}`
}
const zayo = (reference: string, status = '') =>
  `ZAYO ${reference} Planned ${status}\n${day(NOW + 48 * MS_PER_HOUR)} 06:01 to ${day(NOW + 48 * MS_PER_HOUR)} 11:00 ( GMT )`

const titles = async () =>
  (await readMaintenanceWindows(db.pool, { from: NOW - MS_PER_HOUR, to: NOW + 90 * MS_PER_HOUR }, () => null)).map(
    ({ title }) => title,
  )
const shown = async () => allApiEndpoints.unreadNotices.response.parse(await getUnreadNotices(db))
const reasons = async () => (await shown()).data.map(({ sender, reason, state }) => [sender, reason, state])

describe.skipIf(shouldSkipTestsWithReason('tests of a mailbox by IMAP', whyWithout([DOVECOT_PROGRAM])))(
  'a mailbox of notices, by Dovecot',
  () => {
    beforeAll(async () => {
      server = await startDovecot()
    })
    afterAll(() => server.stop())
    beforeEach(() => clock.step(NOW))

    it('becomes windows: a part, an attachment, and the text of a provider that is known', async () => {
      server.deliver(mail(calendar('A-1'), { type: 'text/calendar; method=PUBLISH' }))
      server.deliver(invitation(calendar('B-1', { hours: 30 })))
      server.deliver(mail(zayo('TTN-0007'), { from: 'noc@zayo.example', subject: '=?utf-8?Q?TTN-0007_=C3=BC?=' }))
      expect(await take()).toEqual({ mails: 3, unread: 0, failure: null })
      expect(await titles()).toEqual(['Fibre work A-1', 'Fibre work B-1', 'TTN-0007 ü'])
      expect(
        (await listCalendars(db.pool)).map(({ name, problems }) => [name, problems.map(({ event }) => event)]),
      ).toEqual([
        ['Mailbox: carrier.example', ['A-1', 'B-1']],
        ['Mailbox: noc@zayo.example', []],
      ])
      const { mailbox } = await shown()
      expect(mailbox).toMatchObject({ name: `INBOX of noc at 127.0.0.1:${server.tlsPort}`, failure: null })
      expect(Date.parse(mailbox?.readAt ?? '')).toBe(NOW)
    })

    it('takes each mail once, marks none, and goes on behind it', async () => {
      expect(await take()).toMatchObject({ mails: 0 })
      // a change and a cancellation of earlier announcements
      server.deliver(mail(calendar('A-1', { sequence: 1, hours: 60 }), { type: 'text/calendar' }))
      server.deliver(mail(calendar('B-1', { method: 'CANCEL', sequence: 2 }), { type: 'text/calendar' }))
      server.deliver(mail(zayo('TTN-0007', 'CANCELLED NOTIFICATION'), { from: 'noc@zayo.example' }))
      expect(await take()).toMatchObject({ mails: 3, unread: 0 })
      expect(await titles()).toEqual(['Fibre work A-1'])
      expect(server.flags().every((flags) => !flags.includes('S'))).toBe(true)
    })

    it('keeps and shows what it can’t read or does not believe, and reads the next', async () => {
      server.deliver(mail(calendar('X-1'), { from: 'noc@evil-carrier.example', type: 'text/calendar' }))
      server.deliver(mail('Customers, we will work tonight.'))
      server.deliver(mail(calendar('X-2').replace('END:VEVENT', ''), { type: 'text/calendar' }))
      server.deliver(mail(calendar('X-3', { method: 'REPLY' }), { type: 'text/calendar' }))
      server.deliver(mail('x'.repeat(2_100_000)))
      server.deliver('no mail at all')
      server.deliver(mail(calendar('C-1'), { type: 'text/calendar' }))
      expect(await take()).toMatchObject({ mails: 7, unread: 6, failure: null })
      expect(await titles()).toContain('Fibre work C-1')
      expect(await titles()).not.toContain('Fibre work X-1')
      expect(await reasons()).toEqual(
        expect.arrayContaining([
          ['noc@evil-carrier.example', 'its sender noc@evil-carrier.example is not listed in IMAP_FROM', 'open'],
          ['noc@carrier.example', expect.stringMatching(/^it is neither iCalendar nor a notice of apple.com/), 'open'],
          ['noc@carrier.example', expect.stringMatching(/^its calendar can’t be read: /), 'open'],
          ['noc@carrier.example', 'its calendar is an answer to an invitation (REPLY)', 'open'],
          ['noc@carrier.example', expect.stringMatching(/^it has 2\d{6} bytes; at most 2000000 are read$/), 'open'],
          ['', 'its sender (none) is not listed in IMAP_FROM', 'open'],
        ]),
      )
    })

    it('is not believed without the word of the receiving server, and shown', async () => {
      const before = await titles()
      const forged = (results: string) => mail(calendar('F-1'), { type: 'text/calendar', results })
      server.deliver(forged(''))
      server.deliver(forged('mx.evil.example; dkim=pass header.d=carrier.example'))
      server.deliver(forged(`${SERVER}; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=carrier.example`))
      server.deliver(
        forged(`${SERVER}; dkim=fail\nAuthentication-Results: ${SERVER}; dkim=pass header.d=carrier.example`),
      )
      server.deliver(
        mail(calendar('F-1'), {
          type: 'text/calendar',
          from: 'noc@carrier.example, x@evil.example',
          results: `${SERVER}; dkim=pass header.d=carrier.example`,
        }),
      )
      expect(await take()).toMatchObject({ mails: 5, unread: 5 })
      expect(await titles()).toEqual(before)
      const listed = (await reasons()).map(([, reason]) => reason)
      expect(listed).toEqual(
        expect.arrayContaining([
          `${SERVER} has not checked its sender: it has no Authentication-Results header`,
          expect.stringMatching(/is from mx.evil.example, and not from mx.corp.example/),
          `${SERVER} has confirmed carrier.example neither by DKIM nor by DMARC`,
        ]),
      )
      expect(listed.filter((reason) => String(reason).endsWith('neither by DKIM nor by DMARC'))).toHaveLength(2)
    })

    it('silences for 72 hours at the most without a person', async () => {
      const type = 'text/calendar'
      server.deliver(mail(calendar('W-1', { more: ['DURATION:PT72H'] }), { type }))
      server.deliver(mail(calendar('W-2', { more: ['DURATION:P62D'] }), { type }))
      server.deliver(mail(calendar('W-3', { more: ['DURATION:PT24H', 'RRULE:FREQ=DAILY;COUNT=4'] }), { type }))
      expect(await take()).toMatchObject({ mails: 3, unread: 2 })
      const now = await titles()
      expect(now).toContain('Fibre work W-1')
      expect(now).not.toContain('Fibre work W-2')
      expect(now).not.toContain('Fibre work W-3')
      const listed = (await reasons()).map(([, reason]) => reason)
      const by = (uid: string, hours: number) =>
        `Fibre work ${uid} lasts ${hours} h together, and more than 72 h needs a person: enter it as maintenance if it is right`
      expect(listed).toEqual(expect.arrayContaining([by('W-2', 1_488), by('W-3', 96)]))
    })

    it('shows every mail that repeats a Message-ID', async () => {
      const before = (await shown()).data.length
      for (const subject of ['a forgery', 'the real one'])
        server.deliver(mail('Work tonight.', { subject, id: 'same@test' }))
      await take()
      expect((await shown()).data).toHaveLength(before + 2)
    })

    it('is handled by hand or dismissed', async () => {
      const [first] = (await shown()).data
      const closed = await changeUnreadNoticeState(db, first?.id ?? '', { state: 'handled', by: 'ada' }, NOW)
      expect(closed).toMatchObject({ state: 'handled', changedBy: 'ada' })
      expect((await shown()).data.at(-1)).toMatchObject({ id: first?.id, state: 'handled' })
      await expect(changeUnreadNoticeState(db, 'none', { state: 'dismissed', by: 'ada' }, NOW)).rejects.toThrow(
        /no notice/,
      )
    })

    it('is read again from the beginning when its UIDs are others, without anything twice', async () => {
      const [before, unread] = [await titles(), (await shown()).data.length]
      await server.renumber()
      expect((await take()).mails).toBeGreaterThan(10)
      expect(await titles()).toEqual(before)
      expect((await shown()).data).toHaveLength(unread)
      expect((await shown()).data.at(-1)?.state).toBe('handled')
    })

    it('passes over a mail that ends the connection three times, and loses none before or behind it', async () => {
      const { rows } = await db.pool.query<{ uid: string }>('SELECT last_uid AS uid FROM mailbox')
      const last = Number(rows[0]?.uid)
      for (const uid of ['D-1', 'D-2', 'D-3']) server.deliver(mail(calendar(uid), { type: 'text/calendar' }))
      const proxy = await breakingProxy(server.port, new RegExp(`UID FETCH ${last + 2} `))
      try {
        const own = () =>
          importNotices(
            db,
            { url: address({ scheme: 'imap', port: proxy.port }), from: FROM, authservId: SERVER },
            context,
            AbortSignal.timeout(60_000),
          )
        // rename the stored mailbox, so that the proxy counts as the same mailbox
        await db.pool.query('UPDATE mailbox SET name = $1', [`INBOX of noc at 127.0.0.1:${proxy.port}`])
        expect(await own()).toMatchObject({ mails: 1, failure: expect.stringMatching(/^the connection failed/) })
        expect(await own()).toMatchObject({ mails: 0, failure: expect.any(String) })
        expect(await own()).toMatchObject({ mails: 0, failure: expect.any(String) })
        expect(await own()).toMatchObject({ mails: 2, unread: 1, failure: null })
        expect(proxy.broken()).toBe(3)
      } finally {
        proxy.server.close()
      }
      expect(await titles()).toEqual(expect.arrayContaining(['Fibre work D-1', 'Fibre work D-3']))
      expect(await reasons()).toContainEqual(['', 'the connection ended 3 times while it was fetched', 'open'])
    })

    it('has a calendar for each sender: none cancels or pushes out the windows of another', async () => {
      // take all earlier mails first
      await take()
      const before = await titles()
      expect(before).toContain('Fibre work A-1')
      const type = 'text/calendar'
      const from = 'noc@lumen.example'
      server.deliver(mail(calendar('A-1', { method: 'CANCEL', sequence: 9 }), { type, from }))
      server.deliver(mail(calendar('A-1', { sequence: 9, hours: 1_000 }), { type, from }))
      // each calendar fits by size, but together with older ones they are too long for one calendar
      for (const uid of ['L-1', 'L-2', 'L-3'])
        server.deliver(
          mail(calendar(uid, { more: ['DURATION:PT1H', `COMMENT:${'x'.repeat(950_000)}`] }), { type, from }),
        )
      expect(await take()).toMatchObject({ mails: 5, unread: 0 })
      expect(await titles()).toEqual(expect.arrayContaining(before))
      const rare = [
        'DURATION:PT1H',
        ...Array.from({ length: 3 }, () => 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;COUNT=10000'),
      ]
      const old = (uid: string) =>
        calendar(uid, { more: rare })
          .replace(/DTSTART:\d+T/, 'DTSTART:00010101T')
          .replace('END:VCALENDAR', `${calendar(`${uid}b`).split('\r\n').slice(2, -1).join('\r\n')}`)
      for (let n = 0; n < 12; n += 1) server.deliver(mail(old(`R-${n}`), { type, from }))
      expect(await take()).toMatchObject({ mails: 12 })
      expect(await titles()).toEqual(expect.arrayContaining(before))
      const failures = (await listCalendars(db.pool)).map(({ name, failure }) => [name, failure])
      expect(failures).toContainEqual(['Mailbox: carrier.example', null])
    })

    it.each([
      {
        name: 'a wrong password',
        url: () => address({ password: 'hunter23' }),
        says: /refuses user name and password/,
      },
      { name: 'no such folder', url: () => address().replace('INBOX', 'Nowhere'), says: /no such folder/ },
      { name: 'nobody there', url: () => address({ port: 1 }), says: /^the connection failed \(ECONNREFUSED\)$/ },
      // for another host name, the certificate is checked, also with STARTTLS
      { name: 'a certificate of nobody', url: () => address({ host: 'imap.test' }), says: /^the connection failed/ },
      {
        name: 'the same by STARTTLS',
        url: () => address({ host: 'imap.test', scheme: 'imap', port: server.port }),
        says: /failed|encryption/,
      },
      {
        name: 'a link-local address',
        url: () => address({ host: 'meta.test' }),
        says: /is refused: it is no public address/,
      },
    ])('$name is said, without the password, and nothing is lost', async ({ url, says }) => {
      const addresses: Record<string, string> = { 'imap.test': '127.0.0.1', 'meta.test': '169.254.169.254' }
      const lookup: CalendarContext['outbound']['lookup'] = async (host) => [
        { address: addresses[host] ?? host, family: 4 },
      ]
      const before = await titles()
      const { failure, mails } = await take(url(), { ...context, outbound: { allow: [], lookup } })
      expect([failure, mails]).toEqual([expect.stringMatching(says), 0])
      expect(failure).not.toMatch(/hunter/)
      const { mailbox } = await shown()
      expect(mailbox?.failure).toBe(failure)
      expect(await titles()).toEqual(before)
    })
  },
)
