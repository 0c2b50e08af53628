import { describe, expect, it } from 'vitest'
import { canBurst, runScenarioWithPollBursts } from './bursting.ts'
import { runCorpusScenario } from './run.ts'
import type { CorpusScenario } from './scenario.ts'
import { readScenario } from './text/read.ts'

const EVERY_MS = 60_000

/** The second path falls while polls are faster because the first path fell. */
const oneByOne = readScenario(`
scenario S999 fault: One path after the other
  run T2 from 09:50:00 to 10:30:00
  10:00:30 cut-path ckt-lon/primary until 10:20:00
  10:02:30 cut-path ckt-lon/secondary until 10:20:00
  pages 1
`)

/** Returns the widths in seconds of the bounds within which each path fell. */
async function widths(play: (scenario: CorpusScenario, everyMs: number) => ReturnType<typeof runCorpusScenario>) {
  const { events } = await play(oneByOne, EVERY_MS)
  const falls = events.filter(({ kind, scope }) => kind === 'path_down' && scope === 'ckt-lon')
  return falls
    .map(({ subject, started }) => `${subject.split('/')[1]} ${(started.latest - started.earliest) / 1_000}`)
    .toSorted()
}

describe('a corpus that is polled faster after a first adverse sample', () => {
  it('dates what follows within narrower bounds, and the first fall within the same', async () => {
    expect(await widths(runCorpusScenario)).toEqual(['primary 62', 'secondary 62'])
    expect(await widths(runScenarioWithPollBursts)).toEqual(['primary 62', 'secondary 12'])
  })

  it.each([
    [10, false],
    [30, true],
  ])('has bursts where polls every %d s may come faster: %s', (seconds, may) => {
    expect(canBurst(seconds)).toBe(may)
  })
})
