import { expect, it } from 'vitest'
import { findWorstAvailability } from '#lib/contract/up-share.ts'
import {
  type UptimeDay,
  formatUptimeDays,
  formatUptimeDay,
  formatDaysAvailability,
  toUptimeChartData,
  getUptimeDayTone,
  sortByLostTime,
} from './uptime-text.ts'

const none = { atLeast: 0, atMost: 0 }
const HOUR = 3_600
const facts = {
  seconds: 24 * HOUR,
  upSeconds: { atLeast: 24 * HOUR, atMost: 24 * HOUR },
  downSeconds: none,
  partDownSeconds: none,
  unknownSeconds: 0,
  plannedSeconds: 0,
}
const day = (fields: Partial<UptimeDay> = {}): UptimeDay => ({
  day: '2026-11-20',
  type: 'circuit',
  ...facts,
  ...fields,
})
const minutes = (atLeast: number, atMost: number) => ({ atLeast: atLeast * 60, atMost: atMost * 60 })

it('objects are in the order of their proven lost time, then of their names, whatever is only possible', () => {
  const lost = (name: string, downSeconds: UptimeDay['downSeconds']) => ({
    name,
    uptime: { times: { session: { ...facts, downSeconds }, forwarding: null, reachability: null } },
  })
  const all = [lost('c', none), lost('b', minutes(0, 1)), lost('z', minutes(5, 6)), lost('a', none)]
  expect(sortByLostTime(all).map(({ name }) => name)).toEqual(['z', 'a', 'b', 'c'])
  expect(sortByLostTime(all.toReversed()).map(({ name }) => name)).toEqual(['z', 'a', 'b', 'c'])
  // the loss of a single peering counts, although another peering kept the circuit up
  const whole = lost('y', none)
  const session = lostFor(HOUR)
  const single = { ...whole, uptime: { ...whole.uptime, peerings: [{ peering: 'private' as const, session }] } }
  expect(sortByLostTime([...all, single]).map(({ name }) => name)).toEqual(['y', 'z', 'a', 'b', 'c'])
})

it.each<[string, Partial<UptimeDay>, ReturnType<typeof getUptimeDayTone>, string]>([
  ['nothing happened', {}, 'up', '2026-11-20: up'],
  [
    'both paths were down',
    { downSeconds: minutes(19, 22), partDownSeconds: minutes(19, 22) },
    'down',
    '2026-11-20: down at least 19 min 00 s, at most 22 min 00 s',
  ],
  [
    'one path was down',
    { partDownSeconds: minutes(5, 6) },
    'degraded',
    '2026-11-20: a path lost at least 5 min 00 s, at most 6 min 00 s',
  ],
  [
    'no traffic was forwarded while sessions were up',
    { partDownSeconds: minutes(19, 22), noForwardingSeconds: minutes(19, 22) },
    'degraded',
    '2026-11-20: no forwarding at least 19 min 00 s, at most 22 min 00 s',
  ],
  [
    'prefixes had no route',
    { noRouteSeconds: minutes(5, 6) },
    'degraded',
    '2026-11-20: prefixes without a route at least 5 min 00 s, at most 6 min 00 s',
  ],
  [
    'a gateway had lost a neighbor',
    { type: 'gateway', partDownSeconds: minutes(5, 6) },
    'degraded',
    '2026-11-20: a neighbor or instance lost at least 5 min 00 s, at most 6 min 00 s',
  ],
  [
    'Azure reported a hub as failed',
    { type: 'hub', downSeconds: minutes(5, 6) },
    'down',
    '2026-11-20: failed at least 5 min 00 s, at most 6 min 00 s',
  ],
  ['a hub was provisioned', { type: 'hub' }, 'up', '2026-11-20: provisioned'],
  [
    'a link had little light, and was disabled',
    { type: 'link', partDownSeconds: minutes(5, 6), plannedSeconds: HOUR },
    'degraded',
    '2026-11-20: light low at least 5 min 00 s, at most 6 min 00 s; disabled 1 h 00 min',
  ],
  ['it may have been down', { downSeconds: minutes(0, 1) }, 'degraded', '2026-11-20: down at most 1 min 00 s'],
  ['nothing was observed', { unknownSeconds: 24 * HOUR }, 'unknown', '2026-11-20: not observed 1 d 00 h'],
  ['work was announced', { plannedSeconds: HOUR }, 'off', '2026-11-20: planned work 1 h 00 min'],
])('a day on which %s', (_, fields, tone, words) => {
  expect(getUptimeDayTone(day(fields))).toBe(tone)
  expect(formatUptimeDay(day(fields))).toBe(words)
})

it('days that were sent together are one each, over the end of a month as well', () => {
  const runs = [
    { from: '2026-10-31', days: 2, ...facts, unknownSeconds: 24 * HOUR },
    { from: '2026-11-02', days: 1, ...facts },
  ]
  expect(
    toUptimeChartData({ type: 'gateway', days: runs }).days.map((one) => [one.day, one.type, getUptimeDayTone(one)]),
  ).toEqual([
    ['2026-10-31', 'gateway', 'unknown'],
    ['2026-11-01', 'gateway', 'unknown'],
    ['2026-11-02', 'gateway', 'up'],
  ])
})

const unseen = day({ unknownSeconds: 24 * HOUR, upSeconds: none })
const half = day({ unknownSeconds: 12 * HOUR, upSeconds: { atLeast: 12 * HOUR, atMost: 12 * HOUR } })
const hourDown = day({
  downSeconds: { atLeast: HOUR, atMost: 2 * HOUR },
  upSeconds: { atLeast: 22 * HOUR, atMost: 23 * HOUR },
})

const viewOf = (days: readonly UptimeDay[], more: Partial<Parameters<typeof toUptimeChartData>[0]> = {}) =>
  toUptimeChartData({
    type: days[0]?.type ?? 'circuit',
    days: days.map(({ day: from, type: _, ...own }) => ({ from, days: 1, ...own })),
    ...more,
  })
const share = (days: readonly UptimeDay[]) => findWorstAvailability(viewOf(days).times)?.share

it('the availability is of what was observed, within bounds', () => {
  expect(share([])).toBeUndefined()
  expect(share([unseen])).toBeUndefined()
  expect(share([half, day()])).toEqual({ atLeast: 1, atMost: 1 })
  const bounds = share([half, hourDown])
  expect(bounds?.atLeast).toBeCloseTo(34 / 36)
  expect(bounds?.atMost).toBeCloseTo(35 / 36)
})

it('explains 100 % next to degraded days, because it does not count the loss of one path', () => {
  const view = viewOf([day(), day({ partDownSeconds: minutes(5, 6) }), day({ partDownSeconds: minutes(1, 2) })])
  expect(formatDaysAvailability(view, true)).toBe('100.000 %, 2 d degraded')
  expect(formatUptimeDays(view)).toBe('3 days: up 100.000 %, 2 degraded: a path lost 6 min 00 s – 8 min 00 s')
  expect(formatDaysAvailability(viewOf([hourDown, day({ partDownSeconds: minutes(5, 6) })]), true)).toBe('≥ 95.833 %')
})

const lostFor = (lost: number) => ({
  seconds: 24 * HOUR,
  upSeconds: { atLeast: 24 * HOUR - lost, atMost: 24 * HOUR - lost },
  downSeconds: { atLeast: lost, atMost: lost },
  indeterminateSeconds: 0,
  unknownSeconds: 0,
  plannedSeconds: 0,
  upPercent: null,
  byOwner: {},
})

it('shows the lowest layer first, with its name, and each layer in a sentence', () => {
  const view = viewOf([day()], { forwarding: lostFor(864), reachability: { ...lostFor(86.4), prefixes: 2 } })
  expect(formatDaysAvailability(view)).toBe('99.000 % forwarding')
  expect(formatUptimeDays(view)).toBe(
    '1 day: session 100.000 %, forwarding 99.000 %, reachability 99.900 %; no forwarding 14 min 24 s; 2 prefixes without a route for 1 min 26 s – 1 min 27 s',
  )
  const isEqual = viewOf([day()], { forwarding: lostFor(0), reachability: null })
  expect(formatDaysAvailability(isEqual)).toBe('100.000 %')
})

it.each([
  ['up throughout', [day(), day()], '2 days: up 100.000 %'],
  ['mostly not seen', [unseen, unseen, day()], '3 days: up 100.000 % of 1 day seen, 2 days without data'],
  ['of a hub, whose health nobody reports', [day({ type: 'hub' })], '1 day: never failed'],
  ['never polled', [unseen, unseen], '2 days: not observed, 2 days without data'],
  [
    'with an outage, one path down, and days before the first poll',
    [unseen, hourDown, day({ partDownSeconds: minutes(5, 6) })],
    '3 days: up 95.833 % – 97.917 %, down 1 h 00 min – 2 h 00 min, 1 outage day, 1 degraded: a path lost 5 min 00 s – 6 min 00 s, 1 day without data',
  ],
])('days %s in a sentence', (_, days, sentence) => {
  expect(formatUptimeDays(viewOf(days))).toBe(sentence)
})

it('names the availability of a peering that was down while another one was up', () => {
  const days = [day({ partDownSeconds: minutes(40, 42) }), day()]
  const week = { ...facts, seconds: 48 * HOUR, upSeconds: { atLeast: 48 * HOUR, atMost: 48 * HOUR } }
  const lost = { atLeast: 48 * HOUR - 42 * 60, atMost: 48 * HOUR - 40 * 60 }
  const session = { ...week, upSeconds: lost, downSeconds: minutes(40, 42), indeterminateSeconds: 120, upPercent: null }
  const view = {
    days,
    times: { session: week, forwarding: null, reachability: null },
    losses: [],
    peerings: [{ peering: 'private' as const, session }],
  }
  expect(formatDaysAvailability(view, true)).toBe('private peering ≥ 98.541 %')
  expect(formatUptimeDays(view)).toBe(
    '2 days: any peering: 100.000 %, private peering 98.541 % – 98.612 %, 1 degraded: a path lost 40 min 00 s – 42 min 00 s',
  )
  const layered = {
    ...view,
    times: { ...view.times, forwarding: { ...week, byOwner: {}, upPercent: null, indeterminateSeconds: 0 } },
  }
  expect(formatUptimeDays(layered)).toContain('any peering: session 100.000 %, forwarding 100.000 %')
  // the loss of a whole circuit is not the loss of a single peering
  expect(formatDaysAvailability({ ...view, times: { ...view.times, session } }, true)).toBe('≥ 98.541 %')
})
