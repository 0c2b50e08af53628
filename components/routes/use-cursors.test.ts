import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resolveComparedTimes, moveNearerMoment } from './use-cursors.ts'

it.each([
  ['before both', 5, [5, 90]],
  ['nearer to the earlier', 30, [30, 90]],
  ['nearer to the later', 80, [10, 80]],
  ['behind both', 99, [10, 99]],
])('a press %s moves the nearer one', (_, pressed, expected) => {
  expect(moveNearerMoment([10, 90], pressed)).toEqual(expected)
})

it('two moments never change places, and one of them is where was pressed', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(100), fc.nat(100), (one, other, pressed) => {
      const [earlier, later] = moveNearerMoment([Math.min(one, other), Math.max(one, other)], pressed)
      expect(earlier).toBeLessThanOrEqual(later)
      expect([earlier, later]).toContain(pressed)
    }),
  )
})

it.each([
  ['named', '1970-01-01T00:00:10Z', '1970-01-01T00:00:20Z', [10_000, 20_000]],
  ['in the wrong order', '1970-01-01T00:00:20Z', '1970-01-01T00:00:10Z', [10_000, 20_000]],
  ['not named', null, null, [5_000, 50_000]],
  ['unreadable', 'soon', null, [5_000, 50_000]],
  ['of the future', null, '1970-01-01T01:00:00Z', [5_000, 60_000]],
])('moments that are %s', (_, a, b, expected) => {
  expect(resolveComparedTimes({ a, b }, [5_000, 50_000], 60_000)).toEqual(expected)
})

it.each([
  ['now', {}, null, ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z']],
  ['the moment of the clock', { at: '2026-11-20T03:12:00Z' }, null, ['2026-11-20T03:00:00Z', '2026-11-20T04:00:00Z']],
  ['a B of its own', { b: '2026-11-20T03:10:00Z' }, null, ['2026-11-19T03:10:00Z', '2026-11-20T03:10:00Z']],
  [
    'a chosen range',
    {},
    ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'],
    ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'],
  ],
] as const)(
  'unless A is named, %s is compared with a day before, a range with its start, a moment in its hour',
  (_, asked, range, expected) => {
    const instants = (moments: readonly string[]) => moments.map((moment) => Date.parse(moment)) as [number, number]
    const now = Date.parse('2026-11-21T00:00:00Z')
    expect(resolveComparedTimes({ a: null, b: null, ...asked }, range && instants(range), now)).toEqual(
      instants(expected),
    )
  },
)
