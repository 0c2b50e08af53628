import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '../time/time.ts'
import { declaredMaintenanceSchema } from '../api/declarations.ts'
import { listMaintenanceWithin, MAX_OCCURRENCES_PER_RECURRENCE, listOccurrencesWithin } from './declared-recurrence.ts'
import { type LocalMs, parseLocal } from '../time/local-time.ts'
import { generateOccurrenceStarts } from './occurrences.ts'
import { parseRecurrenceRule, type RecurrenceRule } from './rule.ts'
import { formatRecurrenceRule } from './rule-text.ts'

const ruleOf = (text: string): RecurrenceRule => {
  const read = parseRecurrenceRule(text)
  if ('wrong' in read) throw new Error(`${text}: ${read.wrong}`)
  return read.rule
}
const local = (text: string): LocalMs => {
  const read = parseLocal(text)
  if (read === null) throw new Error(text)
  return read
}
const days = (found: Iterable<LocalMs>) => [...found].map((at) => new Date(at).toISOString().slice(0, 10))

function* firstOf(starts: Iterable<LocalMs>, most: number) {
  let count = 0
  for (const start of starts) {
    yield start
    if (++count === most) return
  }
}

/** Examples of RFC 5545 section 3.8.5.3 for rules of days, with their occurrences as listed there. */
const examples: [rule: string, start: string, to: string, starts: string][] = [
  ['FREQ=DAILY;COUNT=10', '1997-09-02', '1998-01-01', '09-02 09-03 09-04 09-05 09-06 09-07 09-08 09-09 09-10 09-11'],
  ['FREQ=DAILY;INTERVAL=10;COUNT=5', '1997-09-02', '1998-01-01', '09-02 09-12 09-22 10-02 10-12'],
  ['FREQ=DAILY;INTERVAL=2', '1997-09-02', '1997-09-12', '09-02 09-04 09-06 09-08 09-10 09-12'],
  ['FREQ=WEEKLY;INTERVAL=2;WKST=SU', '1997-09-02', '1997-11-01', '09-02 09-16 09-30 10-14 10-28'],
  [
    'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH',
    '1997-09-02',
    '1998-01-01',
    '09-02 09-04 09-09 09-11 09-16 09-18 09-23 09-25 09-30 10-02',
  ],
  [
    'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
    '1997-09-02',
    '1998-01-01',
    '09-02 09-04 09-16 09-18 09-30 10-02 10-14 10-16',
  ],
  [
    'FREQ=MONTHLY;COUNT=10;BYDAY=1FR',
    '1997-09-05',
    '1999-01-01',
    '09-05 10-03 11-07 12-05 01-02 02-06 03-06 04-03 05-01 06-05',
  ],
  [
    'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
    '1997-09-07',
    '1999-01-01',
    '09-07 09-28 11-02 11-30 01-04 01-25 03-01 03-29 05-03 05-31',
  ],
  ['FREQ=MONTHLY;COUNT=6;BYDAY=-2MO', '1997-09-22', '1999-01-01', '09-22 10-20 11-17 12-22 01-19 02-16'],
  ['FREQ=MONTHLY;BYMONTHDAY=-3', '1997-09-28', '1998-03-01', '09-28 10-29 11-28 12-29 01-29 02-26'],
  [
    'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
    '1997-09-30',
    '1999-01-01',
    '09-30 10-01 10-31 11-01 11-30 12-01 12-31 01-01 01-31 02-01',
  ],
  [
    'FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15',
    '1997-09-10',
    '2000-01-01',
    '09-10 09-11 09-12 09-13 09-14 09-15 03-10 03-11 03-12 03-13',
  ],
  [
    'FREQ=YEARLY;COUNT=10;BYMONTH=6,7',
    '1997-06-10',
    '2003-01-01',
    '06-10 07-10 06-10 07-10 06-10 07-10 06-10 07-10 06-10 07-10',
  ],
  [
    'FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200',
    '1997-01-01',
    '2010-01-01',
    '01-01 04-10 07-19 01-01 04-09 07-18 01-01 04-10 07-19 01-01',
  ],
  ['FREQ=YEARLY;BYDAY=20MO', '1997-05-19', '1999-12-31', '05-19 05-18 05-17'],
  ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', '1997-05-12', '1999-12-31', '05-12 05-11 05-17'],
  ['FREQ=YEARLY;BYMONTH=3;BYDAY=TH', '1997-03-13', '1998-12-31', '03-13 03-20 03-27 03-05 03-12 03-19 03-26'],
  ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', '1998-02-13', '2000-12-31', '02-13 03-13 11-13 08-13 10-13'],
  [
    'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13',
    '1997-09-13',
    '1998-06-30',
    '09-13 10-11 11-08 12-13 01-10 02-07 03-07 04-11 05-09 06-13',
  ],
  [
    'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
    '1996-11-05',
    '2004-12-31',
    '11-05 11-07 11-02',
  ],
  ['FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', '1997-09-04', '1998-01-01', '09-04 10-07 11-06'],
  [
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
    '1997-09-29',
    '1998-03-31',
    '09-29 10-30 11-27 12-30 01-29 02-26 03-30',
  ],
  ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '1997-08-05', '1998-01-01', '08-05 08-10 08-19 08-24'],
  ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '1997-08-05', '1998-01-01', '08-05 08-17 08-19 08-31'],
  ['FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5', '2007-01-15', '2008-01-01', '01-15 01-30 02-15 03-15 03-30'],
  ['FREQ=DAILY;UNTIL=19970905T000000', '1997-09-02', '1998-01-01', '09-02 09-03 09-04 09-05'],
]

describe('a rule', () => {
  it.each(examples)('%s from %s', (rule, start, to, starts) => {
    const found = days(generateOccurrenceStarts(ruleOf(rule), local(start), { to: local(to) }))
    expect(found.map((day) => day.slice(5)).join(' ')).toBe(starts)
  })

  it('finds what python3-dateutil finds', () => {
    const lines = readFileSync(`${import.meta.dirname}/testdata/dateutil.txt`, 'utf8').split('\n')
    const cases = lines.filter((line) => line !== '' && !line.startsWith('#'))
    expect(cases.length).toBeGreaterThan(250)
    const differ = cases.filter((line) => {
      const [start = '', rule = '', ...expected] = line.split(' ')
      const at = Date.UTC(+start.slice(0, 4), +start.slice(4, 6) - 1, +start.slice(6), 22)
      const found = days(
        firstOf(generateOccurrenceStarts(ruleOf(rule), at, { to: Date.UTC(2040, 0) - 1 }), expected.length),
      )
      return found.join(' ').replaceAll('-', '') !== expected.join(' ')
    })
    expect(differ).toEqual([])
  })

  const anyRule = fc
    .record({
      frequency: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
      interval: fc.integer({ min: 1, max: 5 }),
      months: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
      days: fc.uniqueArray(fc.constantFrom('MO', 'WE', 'SA', 'SU'), { maxLength: 2 }),
    })
    .map(({ frequency, interval, months, days: on }) =>
      [
        `FREQ=${frequency};INTERVAL=${interval}`,
        months.length > 0 && `BYMONTH=${months}`,
        on.length > 0 && `BYDAY=${on}`,
      ]
        .filter(Boolean)
        .join(';'),
    )

  it('begins in the middle with what it would have found from the start', () => {
    const later = fc.integer({ min: 0, max: 3_000 })
    fc.assert(
      fc.property(anyRule, fc.integer({ min: 0, max: 3_000 }), later, (text, first, after) => {
        const [rule, start] = [ruleOf(text), Date.UTC(2024, 0, 1 + first, 22)]
        const from = start + after * MS_PER_DAY
        const to = from + 400 * MS_PER_DAY
        const all = [...generateOccurrenceStarts(rule, start, { to })].filter((at) => at >= from)
        expect([...generateOccurrenceStarts(rule, start, { from, to })]).toEqual(all)
      }),
      { numRuns: 60 },
    )
  })

  it('that never comes again ends all the same', () => {
    expect(
      days(
        generateOccurrenceStarts(ruleOf('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'), local('2026-01-01'), {
          to: Date.UTC(9999, 0),
        }),
      ),
    ).toEqual([])
  })

  it('counts its start where the caller says so, and only once', () => {
    const asked = { to: local('2026-02-28'), countsStart: true }
    expect(
      days(generateOccurrenceStarts(ruleOf('FREQ=MONTHLY;BYMONTHDAY=10;COUNT=2'), local('2026-01-05'), asked)),
    ).toEqual(['2026-01-05', '2026-01-10'])
    expect(days(generateOccurrenceStarts(ruleOf('FREQ=MONTHLY;COUNT=2'), local('2026-01-05'), asked))).toEqual([
      '2026-01-05',
      '2026-02-05',
    ])
    expect(days(generateOccurrenceStarts(ruleOf('FREQ=YEARLY;BYMONTH=6'), local('2026-01-05'), asked))).toEqual([
      '2026-01-05',
    ])
  })

  it.each([
    ['', /send a rule/],
    ['FREQ=HOURLY', /shortest is DAILY/],
    ['INTERVAL=2', /no FREQ/],
    ['FREQ=WEEKLY;BYDAY=XX', /"XX" is none/],
    ['FREQ=WEEKLY;BYDAY=3SU', /needs FREQ=MONTHLY/],
    ['FREQ=DAILY;BYHOUR=9', /BYHOUR is not supported/],
    ['FREQ=DAILY;COUNT=0', /COUNT is a number/],
    ['FREQ=DAILY;COUNT=2;UNTIL=20270101', /send one of them/],
    ['FREQ=DAILY;UNTIL=20270230', /UNTIL/],
    ['FREQ=DAILY;FREQ=DAILY', /twice/],
    ['FREQ=MONTHLY;BYMONTHDAY=32', /BYMONTHDAY/],
    ['FREQ=MONTHLY;BYSETPOS=1', /chooses from another/],
    ['FREQ=WEEKLY;BYMONTHDAY=1', /beside FREQ=WEEKLY/],
    ['FREQ=MONTHLY;BYWEEKNO=1', /needs FREQ=YEARLY/],
    ['FREQ=DAILY;X=1', /no part of a rule/],
    ['every week', /no part of a rule/],
  ])('%s is refused in words', (text, words) => {
    expect(parseRecurrenceRule(text)).toEqual({ wrong: expect.stringMatching(words) })
  })

  it.each([
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU', 'every 2 weeks on Saturday and Sunday'],
    ['FREQ=MONTHLY;BYDAY=3SU,-1FR', 'every month on the 3rd Sunday and the last Friday'],
    ['FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=-1;COUNT=3', 'every year on day 1 from the end of the month in June 3 times'],
    ['RRULE:FREQ=DAILY;UNTIL=20261231', 'every day until 2026-12-31'],
  ])('%s in words', (text, words) => expect(formatRecurrenceRule(ruleOf(text))).toBe(words))
})

describe('a window that recurs', () => {
  const window = (fields: object) =>
    declaredMaintenanceSchema.parse({
      id: 'w',
      title: 'Firmware',
      from: '2026-03-14T22:00:00Z',
      to: '2026-03-15T02:00:00Z',
      ...fields,
    })
  const weekly = { rule: 'FREQ=WEEKLY;BYDAY=SA', timeZone: 'Europe/London', exceptDates: ['2026-04-04'] }

  it('begins at the same time of day before and after clocks change, and not on excepted days', () => {
    const found = listMaintenanceWithin([window({ recurrence: weekly })], {
      from: Date.UTC(2026, 2, 20),
      to: Date.UTC(2026, 3, 12),
    })
    expect(found.map(({ id, from, to }) => [id, from, to])).toEqual([
      ['w@2026-03-21T22:00Z', '2026-03-21T22:00:00.000Z', '2026-03-22T02:00:00.000Z'],
      // Clocks go forward within this occurrence, and it still has the same length.
      ['w@2026-03-28T22:00Z', '2026-03-28T22:00:00.000Z', '2026-03-29T02:00:00.000Z'],
      ['w@2026-04-11T21:00Z', '2026-04-11T21:00:00.000Z', '2026-04-12T01:00:00.000Z'],
    ])
    expect(found.every(({ windowId, isRecurring }) => windowId === 'w' && isRecurring)).toBe(true)
  })

  it('is found by a moment inside of it, and not by its end', () => {
    const at = (text: string) => ({ from: Date.parse(text), to: Date.parse(text) + 1 })
    const windows = [window({ recurrence: weekly })]
    expect(listMaintenanceWithin(windows, at('2026-03-22T01:59:59Z'))).toHaveLength(1)
    expect(listMaintenanceWithin(windows, at('2026-03-22T02:00:00Z'))).toHaveLength(0)
    expect(listMaintenanceWithin(windows, at('2026-03-14T21:59:59Z'))).toHaveLength(0)
  })

  it('that does not recur is one time, under its own id', () => {
    expect(listMaintenanceWithin([window({})], { from: Date.UTC(2026, 2, 15), to: Date.UTC(2027, 0) })).toMatchObject([
      { id: 'w', windowId: 'w', isRecurring: false },
    ])
  })

  it('ends with the instant of UNTIL', () => {
    const recurrence = { ...weekly, rule: 'FREQ=WEEKLY;UNTIL=20260411T210000Z' }
    const found = listMaintenanceWithin([window({ recurrence })], {
      from: Date.UTC(2026, 3, 1),
      to: Date.UTC(2026, 4, 1),
    })
    expect(found.map(({ from }) => from.slice(0, 10))).toEqual(['2026-04-11'])
  })

  it('is expanded so often and no more', () => {
    const time = { rule: ruleOf('FREQ=DAILY'), start: local('2026-01-01T22:00'), zone: 'UTC', lengthMs: 3_600_000 }
    expect(listOccurrencesWithin(time, { from: 0, to: Date.UTC(2050, 0) })).toHaveLength(MAX_OCCURRENCES_PER_RECURRENCE)
  })

  it.each([
    [
      'a first window that the rule does not name',
      { recurrence: { ...weekly, rule: 'FREQ=WEEKLY;BYDAY=SU' } },
      /begins on 2026-03-14/,
    ],
    ['an unknown zone', { recurrence: { ...weekly, timeZone: 'London' } }, /time zone such as/],
    ['a rule that is none', { recurrence: { ...weekly, rule: 'weekly' } }, /no part of a rule/],
    ['a day that is none', { recurrence: { ...weekly, exceptDates: ['2026-02-30'] } }, /no such day/],
    ['one that is nearly always open', { to: '2026-03-22T22:00:00Z', recurrence: weekly }, /7 days/],
  ])('is refused: %s', (_, fields, words) => {
    const read = declaredMaintenanceSchema.safeParse({
      id: 'w',
      title: 'x',
      from: '2026-03-14T22:00:00Z',
      to: '2026-03-15T02:00:00Z',
      ...fields,
    })
    expect(read.error?.issues.map(({ message }) => message).join()).toMatch(words)
  })
})
