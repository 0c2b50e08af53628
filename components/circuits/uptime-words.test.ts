import { expect, it } from 'vitest'
import { availabilityOf, availabilityWords, dayWords, toneOf } from './uptime-words.ts'

type Day = Parameters<typeof toneOf>[0]
const none = { atLeast: 0, atMost: 0 }
const HOUR = 3_600
const day = (fields: Partial<Day> = {}): Day => ({
  day: '2026-11-20',
  seconds: 24 * HOUR,
  upSeconds: { atLeast: 24 * HOUR, atMost: 24 * HOUR },
  downSeconds: none,
  pathDownSeconds: none,
  unknownSeconds: 0,
  plannedSeconds: 0,
  ...fields,
})
const minutes = (atLeast: number, atMost: number) => ({ atLeast: atLeast * 60, atMost: atMost * 60 })

it.each<[string, Partial<Day>, ReturnType<typeof toneOf>, string]>([
  ['nothing happened', {}, 'up', '2026-11-20: up'],
  [
    'both paths were down',
    { downSeconds: minutes(19, 22), pathDownSeconds: minutes(19, 22) },
    'down',
    '2026-11-20: down at least 19 min 00 s, at most 22 min 00 s; a path down at least 19 min 00 s, at most 22 min 00 s',
  ],
  [
    'one path was down',
    { pathDownSeconds: minutes(5, 6) },
    'degraded',
    '2026-11-20: a path down at least 5 min 00 s, at most 6 min 00 s',
  ],
  ['it may have been down', { downSeconds: minutes(0, 1) }, 'degraded', '2026-11-20: down at most 1 min 00 s'],
  ['nothing was observed', { unknownSeconds: 24 * HOUR }, 'unknown', '2026-11-20: not observed 1 d 00 h'],
  ['work was announced', { plannedSeconds: HOUR }, 'off', '2026-11-20: planned work 1 h 00 min'],
])('a day on which %s', (_, fields, tone, words) => {
  expect(toneOf(day(fields))).toBe(tone)
  expect(dayWords(day(fields))).toBe(words)
})

it('the availability is of what was observed', () => {
  expect(availabilityOf([])).toBeNull()
  expect(availabilityOf([day({ unknownSeconds: 24 * HOUR, upSeconds: none })])).toBeNull()
  const half = day({ unknownSeconds: 12 * HOUR, upSeconds: { atLeast: 12 * HOUR, atMost: 12 * HOUR } })
  expect(availabilityOf([half, day()])).toBe(1)
  expect(availabilityOf([half, day({ upSeconds: { atLeast: 18 * HOUR, atMost: 18 * HOUR } })])).toBeCloseTo(30 / 36)
})

it.each([
  [null, 'not observed'],
  [1, '100 %'],
  [0.999_999, '99.999 %'],
  [0.9995, '99.950 %'],
])('%s reads %s', (share, words) => {
  expect(availabilityWords(share)).toBe(words)
})
