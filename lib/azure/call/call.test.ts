import { expect, it } from 'vitest'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { AzurePollContext } from './call.ts'

const START = Date.UTC(2026, 10, 20, 10)
const BOOTED = START - 3_600_000

/**
 * Returns the time span of a call of 48 s during which the clock is changed by `stepMs`. The call may end on another
 * machine.
 */
function spanOf(stepMs: number, endsOn = 'one', again = false) {
  const wall = manualClock(START)
  const known = { machine: 'one', bootedAt: BOOTED }
  const clock = { ...wall, dating: () => ({ ...known }) }
  const options = { clock, deadlineMs: 120_000, signals: [] }
  let call = new AzurePollContext(options)
  call.requestLeaves()
  wall.advance(20_000)
  wall.step(wall.now() + stepMs)
  Object.assign(known, { machine: endsOn, bootedAt: BOOTED + stepMs })
  if (again) {
    const begun = { ...call.beginning, ageMs: call.ageMs }
    call.end()
    call = new AzurePollContext({ ...options, begun })
  }
  wall.advance(28_000)
  call.end()
  const { startedAt, finishedAt, clock: by } = call.span(false)
  return { laterMs: startedAt - START, lengthMs: finishedAt - startedAt, by: by && by.bootedAt - BOOTED }
}

it.each<[what: string, span: ReturnType<typeof spanOf>, laterMs: number, by: number]>([
  ['goes on', spanOf(0), 0, 0],
  ['is set forward', spanOf(30_000), 30_000, 30_000],
  ['is set back', spanOf(-20_000), -20_000, -20_000],
  ['is set while nothing but Azure works', spanOf(30_000, 'one', true), 30_000, 30_000],
  ['slews', spanOf(900), 0, 0],
  ["is another machine's at the end", spanOf(30_000, 'two', true), 0, 0],
])(
  'a call whose clock %s is dated by the clock as it is at the end, and lasts as long as it lasted',
  (_, span, laterMs, by) => {
    expect(span).toEqual({ laterMs, lengthMs: 48_000, by })
  },
)
