import { describe, expect, it } from 'vitest'
import { isUpThroughout, restWords, upWords } from './session-availability-words.ts'

type Availability = Parameters<typeof upWords>[0]
const seconds = (atLeastSeconds: number, atMostSeconds = atLeastSeconds) => ({ atLeastSeconds, atMostSeconds })
/** An hour. */
const availability = (fields: Partial<Availability>): Availability => ({
  from: '2026-11-23T10:00:00.000Z',
  to: '2026-11-23T11:00:00.000Z',
  up: seconds(0),
  down: seconds(0),
  notListedSeconds: 0,
  unknownSeconds: 0,
  ...fields,
})

describe('the availability of a session', () => {
  it.each<[string, Partial<Availability>, string, string]>([
    ['up all the time', { up: seconds(3_600) }, '100 % up', 'never down'],
    [
      'not polled for 36 min, up otherwise',
      { up: seconds(1_440), unknownSeconds: 2_160 },
      '100 % up',
      'never down while polled, not polled 36 min 00 s',
    ],
    [
      'not polled for half of it, and down for a minute of the rest',
      { up: seconds(1_710, 1_740), down: seconds(60, 90), unknownSeconds: 1_800 },
      '95 to 96.67 % up',
      'down at least 1 min 00 s, at most 1 min 30 s while polled, not polled 30 min 00 s',
    ],
    ['never polled', { unknownSeconds: 3_600 }, 'unknown', 'not polled 1 h 00 min'],
    [
      'down where it was polled',
      { down: seconds(600), unknownSeconds: 3_000 },
      'never up',
      'down 10 min 00 s while polled, not polled 50 min 00 s',
    ],
    [
      'not listed by good polls for half of it',
      { up: seconds(1_800), notListedSeconds: 1_800 },
      '50 % up',
      'never down, not listed 30 min 00 s',
    ],
  ])('%s', (_, fields, share, rest) => {
    expect(upWords(availability(fields))).toBe(share)
    expect(restWords(availability(fields))).toBe(rest)
  })

  it('is whole only where polls saw all of it', () => {
    expect(isUpThroughout(availability({ up: seconds(3_600) }))).toBe(true)
    expect(isUpThroughout(availability({ up: seconds(1_440), unknownSeconds: 2_160 }))).toBe(false)
  })
})
