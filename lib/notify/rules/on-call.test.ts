import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findNextShift, findOnCallShiftAt, type ChannelRotation } from './on-call.ts'

const at = (iso: string) => Date.parse(iso)
const weekly: ChannelRotation = {
  zone: 'Europe/London',
  startsOn: '2026-10-19',
  handover: '09:00',
  days: 7,
  members: ['ann', 'ben', 'cy'],
  overrides: [],
}
const covered = {
  ...weekly,
  overrides: [
    { channel: 'dee', from: at('2026-10-20T00:00:00Z'), to: at('2026-10-22T00:00:00Z') },
    { channel: 'eve', from: at('2026-10-21T00:00:00Z'), to: at('2026-10-21T06:00:00Z') },
  ],
}

describe('on call', () => {
  it.each([
    ['is nobody before the first hand-over', weekly, '2026-10-19T07:59:59Z', null],
    ['is the first from then on, by summer time', weekly, '2026-10-19T08:00:00Z', 'ann'],
    ['is the first a week later still, until 09:00 by winter time', weekly, '2026-10-26T08:59:59Z', 'ann'],
    ['is the second then', weekly, '2026-10-26T09:00:00Z', 'ben'],
    ['is the first again after all had their turn', weekly, '2026-11-10T00:00:00Z', 'ann'],
    ['is who stands in', covered, '2026-10-20T12:00:00Z', 'dee'],
    ['is of two who stand in the later in the list', covered, '2026-10-21T03:00:00Z', 'eve'],
    ['is whose turn it is when nobody stands in any more', covered, '2026-10-22T00:00:00Z', 'ann'],
    ['changes daily', { ...weekly, days: 1 }, '2026-10-20T08:00:00Z', 'ben'],
  ] as const)('%s', (_, rotation, moment, channel) => {
    expect(findOnCallShiftAt(rotation, at(moment))?.channel ?? null).toBe(channel)
  })

  it.each([
    ['first', '2026-10-01T00:00:00Z', 'ann', '2026-10-19T08:00:00Z'],
    ['after the turn', '2026-10-23T00:00:00Z', 'ben', '2026-10-26T09:00:00Z'],
    ['who stands in', '2026-10-19T12:00:00Z', 'dee', '2026-10-20T00:00:00Z'],
  ])('who is next: %s', (_, moment, channel, from) => {
    expect(findNextShift(covered, at(moment))).toMatchObject({ channel, from: at(from) })
  })
})

const rotation = fc.record({
  zone: fc.constantFrom('UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe'),
  startsOn: fc.constantFrom('2026-01-05', '2026-03-28', '2026-10-24'),
  // includes times that daylight saving time skips or repeats
  handover: fc.constantFrom('00:00', '01:30', '02:15', '09:00', '23:59'),
  days: fc.constantFrom(1, 7, 10),
  members: fc.constantFrom(['a'], ['a', 'b'], ['a', 'b', 'c']),
  overrides: fc.array(
    fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 50 })).map(([from, hours]) => ({
      channel: 'x',
      from: at('2026-03-20T00:00:00Z') + from * 3_600_000,
      to: at('2026-03-20T00:00:00Z') + (from + hours) * 3_600_000,
    })),
    { maxLength: 3 },
  ),
})
const instant = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-06-01T00:00:00Z') })

describe('laws', () => {
  it('every instant of a shift has that shift, and the next one begins where it ends', () => {
    fc.assert(
      fc.property(
        rotation,
        instant,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (one, now, share) => {
          const shift = findOnCallShiftAt(one, now)
          if (!shift) {
            expect(findNextShift(one, now)?.from).toBeGreaterThan(now)
            return
          }
          expect(shift.from).toBeLessThanOrEqual(now)
          expect(shift.until).toBeGreaterThan(now)
          const inside = shift.from + Math.floor((shift.until - shift.from) * share)
          expect(findOnCallShiftAt(one, inside)).toEqual(shift)
          const next = findNextShift(one, now)
          expect(next?.from).toBeGreaterThanOrEqual(shift.until)
        },
      ),
    )
  })

  it('turns of one length follow each other in order', () => {
    fc.assert(
      fc.property(rotation, instant, (given, now) => {
        const one = { ...given, overrides: [] }
        const shift = findOnCallShiftAt(one, now)
        if (!shift) return
        const next = findOnCallShiftAt(one, shift.until)
        const place = (channel = '') => (one.members as readonly string[]).indexOf(channel)
        expect(place(next?.channel)).toBe((place(shift.channel) + 1) % one.members.length)
        // daylight saving time makes a turn at most an hour longer or shorter
        expect(Math.abs(shift.until - shift.from - one.days * 86_400_000)).toBeLessThanOrEqual(3_600_000)
      }),
    )
  })
})
