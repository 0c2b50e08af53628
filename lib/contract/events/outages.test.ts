import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  measureFlapping,
  type OutageTimingEvent,
  computeOutageDuration,
  outageEventKinds,
  findOutages,
  findLastRecovery,
} from './outages.ts'

const event = (
  kind: OutageTimingEvent['kind'],
  started: [number, number],
  ended: [number, number] | null,
  severity: OutageTimingEvent['severity'] = 'major',
): OutageTimingEvent => ({
  kind,
  severity,
  started: { earliest: started[0], latest: started[1] },
  ended: ended && { earliest: ended[0], latest: ended[1] },
})
const lengthAt = (events: OutageTimingEvent[], now: number, provenUntil = now) =>
  computeOutageDuration(findOutages(events), { now, provenUntil })

it('events that repeat or happen at a moment are no outage', () => {
  expect(outageEventKinds).toContain('path_down')
  expect(outageEventKinds).not.toContain('session_flapping')
  expect(outageEventKinds).not.toContain('session_up')
})

it.each<[string, OutageTimingEvent[], number | null]>([
  ['one of two falls goes on', [event('path_down', [10, 20], [50, 60]), event('path_down', [70, 80], null)], null],
  [
    'a lesser one goes on',
    [event('path_down', [10, 20], [50, 60]), event('session_down', [10, 20], null, 'minor')],
    null,
  ],
  [
    'no more than flapping goes on',
    [event('path_down', [70, 80], [90, 95]), event('session_flapping', [10, 20], null, 'minor')],
    95,
  ],
  ['there was flapping alone', [event('session_flapping', [10, 20], null, 'minor')], null],
])('what was lost is up again where %s', (_, events, at) => {
  expect(findLastRecovery(events)?.latest ?? null).toBe(at)
})

it.each<[string, [number, number] | null, number, ReturnType<typeof measureFlapping>]>([
  ['goes on', null, 3, { outages: 3, seconds: 0.2 }],
  ['is over', [400, 410], 3, null],
  ['has fallen once', null, 1, null],
])('what flaps says how often it fell while flapping %s', (_, ended, falls, expected) => {
  const all = Array.from({ length: falls }, (__, n) =>
    event('path_down', [100 * n + 10, 100 * n + 20], [100 * n + 50, 100 * n + 60]),
  )
  expect(measureFlapping([...all, event('session_flapping', [10, 20], ended, 'minor')])).toEqual(expected)
})

describe('outages', () => {
  it.each<[string, OutageTimingEvent[], { outages: number; least: number; most: number | null }]>([
    ['none', [], { outages: 0, least: 0, most: 0 }],
    ['one', [event('path_down', [10, 20], [50, 60])], { outages: 1, least: 30, most: 50 }],
    [
      'two falls of one path, with flapping over both',
      [
        event('path_down', [10, 20], [50, 60]),
        event('path_down', [100, 110], [130, 140]),
        event('session_flapping', [10, 20], [200, 210]),
      ],
      { outages: 2, least: 50, most: 90 },
    ],
    [
      'one in which nobody polled for a while',
      [{ ...event('path_down', [10, 20], [50, 60]), unseen: [{ from: 30, to: 40 }] }],
      { outages: 1, least: 20, most: 50 },
    ],
    [
      'one in which nobody polled for a while, though another was seen',
      [
        { ...event('path_down', [10, 20], [50, 60]), unseen: [{ from: 30, to: 40 }] },
        event('redundancy_lost', [10, 32], [50, 60]),
      ],
      { outages: 1, least: 28, most: 50 },
    ],
    [
      'a loss beside which another path carried for longer',
      [event('path_down', [10, 20], [50, 60], 'minor'), event('best_path_shift', [10, 20], null, 'minor')],
      { outages: 1, least: 30, most: 50 },
    ],
    [
      'another path, and nothing lost',
      [event('best_path_shift', [10, 20], [50, 60], 'minor')],
      { outages: 1, least: 30, most: 50 },
    ],
    [
      'two events of one fall',
      [event('path_down', [10, 20], [50, 60]), event('session_down', [12, 18], [48, 55])],
      { outages: 1, least: 32, most: 50 },
    ],
    [
      'two whose bounds meet: what is certain is certain of either',
      [event('path_down', [10, 20], [50, 100]), event('path_down', [90, 120], [130, 140])],
      { outages: 1, least: 40, most: 130 },
    ],
    [
      'a lesser one that outlasts it counts not',
      [event('path_down', [10, 20], [50, 60]), event('path_down', [10, 20], [500, 600], 'warning')],
      { outages: 1, least: 30, most: 50 },
    ],
    ['one that goes on', [event('path_down', [10, 20], null)], { outages: 1, least: 180, most: 190 }],
    ['one from before monitoring', [event('path_down', [0, 20], [50, 60])], { outages: 1, least: 30, most: null }],
  ])('%s', (_, events, expected) => {
    expect({ outages: findOutages(events).length, ...lengthAt(events, 200) }).toEqual(expected)
  })

  it('what nobody confirms any more lasted for certain until then', () => {
    expect(lengthAt([event('path_down', [10, 20], null)], 200, 80)).toEqual({ least: 60, most: 190 })
  })

  it('the bounds hold the time in which any of the falls truly lasted, whatever they are', () => {
    const fall = fc
      .tuple(fc.nat(500), fc.nat(60), fc.nat(200), fc.nat(60), fc.nat(60), fc.nat(60))
      .map(([at, before, lasts, after, beforeEnd, afterEnd]) => ({
        from: at + 100,
        to: at + 100 + lasts,
        event: event(
          'path_down',
          [at + 100 - Math.min(before, 99), at + 100 + after],
          [at + 100 + Math.max(0, lasts - beforeEnd), at + 100 + lasts + afterEnd],
        ),
      }))
    fc.assert(
      fc.property(fc.array(fall, { minLength: 1, maxLength: 5 }), (falls) => {
        const truth = new Set(falls.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, n) => from + n)))
          .size
        const { least, most } = lengthAt(
          falls.map((one) => one.event),
          10_000,
        )
        expect(least).toBeLessThanOrEqual(truth)
        expect(most ?? 0).toBeGreaterThanOrEqual(truth)
      }),
    )
  })
})
