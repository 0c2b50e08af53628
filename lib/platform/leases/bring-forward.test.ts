import { expect, it } from 'vitest'
import { canBringForward } from './bring-forward.ts'
import { isTablePolledEarlyAfterSession } from './testing/comes-forward.ts'

const SECOND = 1_000
/**
 * Reports whether a table with an interval of five minutes comes forward, if a session with an interval of one minute
 * was polled `ago` seconds into its interval.
 */
const comes = ({ ago, dueIn, run, every = 300 }: { ago: number; dueIn: number; run: number | null; every?: number }) =>
  isTablePolledEarlyAfterSession(
    { nextAt: dueIn * SECOND, everyMs: every * SECOND, runMs: run === null ? null : run * SECOND },
    { nextAt: (60 - ago) * SECOND, everyMs: 60 * SECOND },
    0,
  )

it.each([
  { what: 'due after the same session', ago: 11, dueIn: 12, run: 21, expected: true },
  { what: 'due after the next session', ago: 11, dueIn: 72, run: 21, expected: true },
  { what: 'due after the next session, with just enough room', ago: 31, dueIn: 52, run: 27, expected: true },
  { what: 'due after the next session, without', ago: 41, dueIn: 42, run: 21, expected: false },
  { what: 'due two sessions later, with room for two operations', ago: 11, dueIn: 132, run: 21, expected: true },
  { what: 'due two sessions later, with room for one', ago: 21, dueIn: 122, run: 21, expected: false },
  { what: 'due three sessions later', ago: 11, dueIn: 192, run: 15, expected: false },
  { what: 'whose operations are quick', ago: 3, dueIn: 72, run: 9, expected: false },
  { what: 'whose operations are not known', ago: 11, dueIn: 72, run: null, expected: false },
  { what: 'of fewer than four of the sessions', ago: 11, dueIn: 72, run: 21, every: 180, expected: false },
])('a table $what: $expected', ({ expected, ...table }) => {
  expect(comes(table)).toBe(expected)
})

it('intervals of four sessions and more may come early', () => {
  expect([179, 239, 240, 3_600].map((every) => canBringForward(every, 60))).toEqual([false, false, true, true])
})
