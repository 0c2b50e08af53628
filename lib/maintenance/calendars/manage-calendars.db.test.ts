import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calendarBodySchema } from '../api/calendars.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { readMaintenanceWindows } from '#lib/history/index.ts'
import { listCalendars } from '../store/calendars.ts'
import { createSecretBox, lookUpBySystem } from '#lib/notify/index.ts'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  type CalendarContext,
  readApiCalendars,
  CalendarFaultError,
  dropCalendar,
  saveAndReadCalendar,
  fetchAndStoreDueCalendars,
  addSenderCalendars,
  UnknownCalendarError,
} from './index.ts'

const NOW = Date.UTC(2026, 6, 14, 12)

const calendar = (...events: [uid: string, start: string, title: string][]) =>
  [
    'BEGIN:VCALENDAR',
    ...events.flatMap(([uid, start, title]) => [
      'BEGIN:VEVENT',
      `UID:${uid}`,
      `SUMMARY:${title}`,
      `DTSTART:${start}`,
      'DURATION:PT4H',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ].join('\r\n')

/** Returns a version of a provider's notification in the BCOP format. */
const notice = (sequence: number, status: string, start: string) =>
  calendar(['n7', start, 'Fibre work']).replace(
    'END:VEVENT',
    [
      `SEQUENCE:${sequence}`,
      'X-MAINTNOTE-PROVIDER:example.net',
      'X-MAINTNOTE-ACCOUNT:42',
      'X-MAINTNOTE-MAINTENANCE-ID:WO-7',
      'X-MAINTNOTE-OBJECT-ID:IC-1',
      'X-MAINTNOTE-OBJECT-ID:IC-2',
      'X-MAINTNOTE-IMPACT:OUTAGE',
      `X-MAINTNOTE-STATUS:${status}`,
      'END:VEVENT',
    ].join('\r\n'),
  )

const db = withTestDatabase()
const clock = manualClock(NOW)
let announced = 0
const context = (
  allow: CalendarContext['outbound']['allow'] = [{ host: '127.0.0.1', port: null }],
): CalendarContext => ({
  clock,
  secrets: createSecretBox('a key'),
  outbound: { allow, lookup: lookUpBySystem },
  announce: async () => void announced++,
})
const put = (fields: object, id: string | null = null, own = context()) =>
  saveAndReadCalendar(
    db,
    { id, body: calendarBodySchema.parse({ name: 'Changes', about: 'everything', ...fields }), by: 'ada' },
    own,
  )
const windows = async () =>
  (
    await readMaintenanceWindows(
      db.pool,
      { from: NOW - 40 * 24 * MS_PER_HOUR, to: NOW + 40 * 24 * MS_PER_HOUR },
      () => null,
    )
  ).map(({ title, from, to, source, sourceName, effect }) => [
    title,
    from.slice(0, 16),
    to.slice(0, 16),
    source,
    sourceName,
    effect,
  ])

describe('a calendar by its address', () => {
  let server: Server
  let text = ''
  let status = 200
  const asked: IncomingHttpHeaders[] = []
  let url = ''
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers)
      const isKnown = request.headers['if-none-match'] === '"v1"'
      response.writeHead(isKnown && status === 200 ? 304 : status, { etag: '"v1"', location: 'http://10.0.0.1/' })
      response.end(isKnown ? undefined : text)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-token/changes.ics`
  })
  afterAll(() => server.close())

  it('is read as it is saved, its address sealed and masked', async () => {
    text = calendar(
      ['1', '20260714T100000Z', 'On now'],
      ['2', '20260716T220000Z', 'Next'],
      ['3', '20260701T220000Z', 'Over'],
    )
    const view = await put({ url })
    expect(view).toMatchObject({ failure: null, readAt: NOW, isFile: false, problems: [] })
    expect(view.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/….ics$/)
    expect(JSON.stringify(await listCalendars(db.pool))).not.toContain('secret-token')
    expect(await windows()).toEqual([
      ['Over', '2026-07-01T22:00', '2026-07-02T02:00', 'calendar', 'Changes', 'expected'],
      ['On now', '2026-07-14T10:00', '2026-07-14T14:00', 'calendar', 'Changes', 'expected'],
      ['Next', '2026-07-16T22:00', '2026-07-17T02:00', 'calendar', 'Changes', 'expected'],
    ])
    expect(announced).toBe(1)
  })

  it('is asked again after an hour, whether it changed; nothing is announced where it did not', async () => {
    expect(await fetchAndStoreDueCalendars(db, context(), new AbortController().signal)).toEqual({ read: 0, failed: 0 })
    clock.advance(MS_PER_HOUR)
    expect(await fetchAndStoreDueCalendars(db, context(), new AbortController().signal)).toEqual({ read: 1, failed: 0 })
    expect(asked.at(-1)).toMatchObject({ 'if-none-match': '"v1"' })
    expect(announced).toBe(1)
    expect(await readApiCalendars(db.pool, context().secrets)).toMatchObject([{ readAt: NOW + MS_PER_HOUR }])
  })

  it.each([
    ['fails', () => void (status = 500), /^HTTP 500$/],
    ['redirects', () => void (status = 302), /redirects are not followed/],
    ['is a page', () => ((status = 203), undefined), /^HTTP 203$/],
  ])('that %s keeps its windows and says why', async (_, break_, reason) => {
    break_()
    clock.advance(MS_PER_HOUR)
    expect(await fetchAndStoreDueCalendars(db, context(), new AbortController().signal)).toEqual({ read: 0, failed: 1 })
    const [view] = await readApiCalendars(db.pool, context().secrets)
    expect(view).toMatchObject({ failure: expect.stringMatching(reason), readAt: NOW + MS_PER_HOUR })
    expect(view).not.toHaveProperty('address')
    expect(await windows()).toHaveLength(3)
  })

  it('that is no text, or fails unexpectedly, keeps no other from being read', async () => {
    const [others, address] = [text, url.replace('changes', 'more')]
    status = 200
    text = `${calendar(['9', '20260716T220000Z', 'More'])}\0`
    const more = await put({ name: 'A first one', url: `${address}?v=0` })
    expect(more.failure).toMatch(/holds a NUL/)
    text = calendar(['9', '20260716T220000Z', 'More'])
    clock.advance(MS_PER_HOUR)
    const failing = {
      ...context(),
      announce: async () => {
        throw new Error('unforeseen')
      },
    }
    expect(await fetchAndStoreDueCalendars(db, failing, new AbortController().signal)).toEqual({ read: 1, failed: 1 })
    const views = await readApiCalendars(db.pool, context().secrets)
    expect(views.map(({ failure }) => failure)).toEqual([expect.stringMatching(/the log of the worker says why/), null])
    await dropCalendar(db, more.id, context())
    text = others
  })

  it('that an address guard refuses is asked nothing', async () => {
    const before = asked.length
    const [{ id } = { id: '' }] = await readApiCalendars(db.pool, context().secrets)
    const view = await put({ url }, id, context([]))
    expect(view.failure).toMatch(/is refused.*OUTBOUND_ALLOW/)
    expect(asked).toHaveLength(before)
    expect(await windows()).toHaveLength(3)
  })

  it('ends what is on and listed no more, takes back what has not begun, and leaves what is over', async () => {
    status = 200
    text = calendar(['4', '20260720T220000Z', 'Later'])
    clock.step(Date.UTC(2026, 6, 14, 13))
    const [{ id } = { id: '' }] = await readApiCalendars(db.pool, context().secrets)
    await put({ url }, id)
    expect((await windows()).map(([title, from, to]) => [title, from, to])).toEqual([
      ['Over', '2026-07-01T22:00', '2026-07-02T02:00'],
      ['On now', '2026-07-14T10:00', '2026-07-14T13:00'],
      ['Later', '2026-07-20T22:00', '2026-07-21T02:00'],
    ])
    await dropCalendar(db, id, context())
    expect(await windows()).toEqual([])
  })
})

describe('a calendar by its text', () => {
  it('is about nothing where it is about what events name, and none is named', async () => {
    const { id } = await put({ content: calendar(['1', '20260716T220000Z', 'CHG-1: somewhere']), about: 'named' })
    expect(await windows()).toEqual([
      ['CHG-1: somewhere', '2026-07-16T22:00', '2026-07-17T02:00', 'calendar', 'Changes', 'shown'],
    ])
    await expect(put({ content: calendar() })).rejects.toThrow(/another calendar is called "Changes"/)
    await dropCalendar(db, id, context())
  })

  it.each([
    ['no text and no address', {}, /url: send/],
    ['what is no calendar', { content: '<html>' }, /content: it is neither iCalendar nor a notice of/],
    ['half a calendar', { content: 'BEGIN:VCALENDAR' }, /content: it ends inside VCALENDAR/],
  ])('is refused: %s', async (_, fields, words) => {
    await expect(put(fields)).rejects.toThrow(CalendarFaultError)
    await expect(put(fields)).rejects.toThrow(words)
    expect(await listCalendars(db.pool)).toEqual([])
  })

  it('of notices takes them one by one: a change moves the window, an older version does nothing, a cancellation ends it', async () => {
    const { id } = await put({ content: notice(0, 'TENTATIVE', '20260716T220000Z'), about: 'named' })
    const add = (text: string) => put({ content: text, adds: true, about: 'named' }, id)
    expect(await windows()).toEqual([
      ['Fibre work (tentative)', '2026-07-16T22:00', '2026-07-17T02:00', 'calendar', 'Changes', 'shown'],
    ])
    const moved = await add(notice(2, 'CONFIRMED', '20260718T220000Z'))
    await add(notice(1, 'CONFIRMED', '20260717T220000Z'))
    expect(await windows()).toEqual([
      ['Fibre work', '2026-07-18T22:00', '2026-07-19T02:00', 'calendar', 'Changes', 'shown'],
    ])
    expect(moved.problems).toEqual([
      { event: 'WO-7', reason: expect.stringMatching(/example\.net names IC-1, IC-2.*service id/) },
    ])
    await add(notice(3, 'CANCELLED', '20260718T220000Z'))
    expect(await windows()).toEqual([])
    await dropCalendar(db, id, context())
    await expect(put({ content: calendar(), adds: true })).rejects.toThrow(
      /adds: send content, for a calendar that is a file/,
    )
  })

  it('that is not known can be neither changed nor removed', async () => {
    await expect(put({}, 'cal_x')).rejects.toThrow(UnknownCalendarError)
    await expect(dropCalendar(db, 'cal_x', context())).rejects.toThrow(UnknownCalendarError)
  })
})

describe('METHOD, STATUS and SEQUENCE', () => {
  const message = (method: string | null, ...lines: string[]) =>
    [
      'BEGIN:VCALENDAR',
      ...(method === null ? [] : [`METHOD:${method}`]),
      'BEGIN:VEVENT',
      'UID:w1',
      'SUMMARY:Work',
      ...lines,
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n')
  const first = ['DTSTART:20260716T220000Z', 'DURATION:PT4H']
  const later = ['DTSTART:20260718T220000Z', 'DURATION:PT4H']
  const [stays, moved, none] = [['2026-07-16T22:00'], ['2026-07-18T22:00'], []]
  const weekly = ['DTSTART:20260716T220000Z', 'DURATION:PT4H', 'RRULE:FREQ=WEEKLY;COUNT=2', 'SEQUENCE:0']
  const variants: [string, string, string, string[]][] = [
    ['a cancellation by METHOD', message(null, ...first), message('CANCEL', ...first, 'SEQUENCE:1'), none],
    ['a cancellation by METHOD without SEQUENCE', message('REQUEST', ...first), message('CANCEL', ...first), none],
    [
      'a cancellation by STATUS',
      message(null, ...first),
      message(null, ...first, 'STATUS:CANCELLED', 'SEQUENCE:1'),
      none,
    ],
    [
      'a cancellation by METHOD in lower case',
      message(null, ...first),
      message('cancel', ...first, 'SEQUENCE:1'),
      none,
    ],
    ['a cancellation without times', message(null, ...first), message('CANCEL', 'SEQUENCE:1'), none],
    ['a newer version', message('REQUEST', ...first, 'SEQUENCE:1'), message('REQUEST', ...later, 'SEQUENCE:2'), moved],
    ['an older version', message('REQUEST', ...first, 'SEQUENCE:2'), message('REQUEST', ...later, 'SEQUENCE:1'), stays],
    [
      'an older cancellation',
      message('REQUEST', ...first, 'SEQUENCE:2'),
      message('CANCEL', ...first, 'SEQUENCE:1'),
      stays,
    ],
    [
      'a newer DTSTAMP',
      message(null, ...first, 'SEQUENCE:1', 'DTSTAMP:20260701T000000Z'),
      message(null, ...later, 'SEQUENCE:1', 'DTSTAMP:20260702T000000Z'),
      moved,
    ],
    [
      'a cancellation of one time',
      message(null, ...weekly),
      message('CANCEL', 'RECURRENCE-ID:20260723T220000Z', 'DTSTART:20260723T220000Z', 'DURATION:PT4H', 'SEQUENCE:1'),
      stays,
    ],
    [
      'a newer version after a cancellation',
      message('CANCEL', ...first, 'SEQUENCE:1'),
      message('REQUEST', ...later, 'SEQUENCE:2'),
      moved,
    ],
  ]
  const signal = new AbortController().signal
  const channels: Record<string, (one: string, two: string) => Promise<void>> = {
    mail: async (...texts) => {
      for (const calendar of texts)
        await addSenderCalendars(db, [{ sender: 'example.net', calendar }], async () => {}, context())
    },
    file: async (one, two) => {
      const { id } = await put({ content: one })
      await put({ content: two, adds: true }, id)
    },
    address: async (one, two) => {
      let text = one
      const server = createServer((_, response) => response.writeHead(200).end(text)).listen(0, '127.0.0.1')
      await new Promise((resolve) => server.once('listening', resolve))
      const { port } = server.address() as AddressInfo
      await put({ url: `http://127.0.0.1:${port}/a.ics` })
      // a URL serves a series together with its exception; any other text replaces the previous text
      text = two.includes('RECURRENCE-ID') ? `${one}\r\n${two}` : two
      clock.advance(MS_PER_HOUR)
      await fetchAndStoreDueCalendars(db, context(), signal)
      server.close()
    },
  }
  it.each(
    variants.flatMap(([name, one, two, expected]) =>
      Object.keys(channels).map((channel): [string, string, string, string, string[]] => [
        name,
        channel,
        one,
        two,
        expected,
      ]),
    ),
  )('%s has its effect by %s', async (_, channel, one, two, expected) => {
    clock.step(NOW)
    await channels[channel]?.(one, two)
    expect((await windows()).map(([, from]) => from)).toEqual(expected)
    for (const { id } of await listCalendars(db.pool)) await dropCalendar(db, id, context())
  })
})

describe('work that an address does not list any more', () => {
  const notes = async () =>
    (
      await readMaintenanceWindows(
        db.pool,
        { from: NOW - 40 * 24 * MS_PER_HOUR, to: NOW + 40 * 24 * MS_PER_HOUR },
        () => null,
      )
    ).map(({ title, note }) => [title, note])
  const both = calendar(['1', '20260716T220000Z', 'One'], ['2', '20260717T220000Z', 'Two'])
  const two = calendar(['2', '20260717T220000Z', 'Two'])
  const gone = [
    ['One', expect.stringMatching(/^The calendar has not listed it since 2026-07-14/)],
    ['Two', ''],
  ]
  it.each<[string, string[], unknown[]]>([
    ['stays and is marked', [two], gone],
    ['stays by an empty list', [calendar()], gone.map(([title]) => [title, expect.stringMatching(/not listed/)])],
    ['stays marked when it is read again', [two, two], gone],
    [
      'is not marked any more once it is listed again',
      [two, both],
      [
        ['One', ''],
        ['Two', ''],
      ],
    ],
    [
      'goes when its source cancels it',
      [
        two,
        `${two}\r\n${calendar(['1', '20260716T220000Z', 'One']).replace('END:VEVENT', 'STATUS:CANCELLED\r\nEND:VEVENT')}`,
      ],
      [['Two', '']],
    ],
    [
      'moves when its source moves it',
      [two, calendar(['1', '20260719T220000Z', 'One'], ['2', '20260717T220000Z', 'Two'])],
      [
        ['Two', ''],
        ['One', ''],
      ],
    ],
    [
      'stays if its new version can not be read',
      [both.replace('20260716T220000Z', 'soon')],
      [
        ['One', ''],
        ['Two', ''],
      ],
    ],
    [
      'stays if the text breaks off',
      [both.slice(0, 60)],
      [
        ['One', ''],
        ['Two', ''],
      ],
    ],
  ])('%s', async (_, texts, expected) => {
    clock.step(NOW)
    let text = both
    const server = createServer((_request, response) => response.writeHead(200).end(text)).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { id } = await put({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.ics` })
    for (const next of texts) {
      text = next
      clock.advance(MS_PER_HOUR)
      await fetchAndStoreDueCalendars(db, context(), new AbortController().signal)
    }
    expect(await notes()).toEqual(expected)
    await dropCalendar(db, id, context())
    server.close()
  })
})
