import { describe, expect, it } from 'vitest'
import { mayBurst, runBursting } from './bursting.ts'
import { corpus } from './corpus.ts'
import { deviationsOf } from './deviations.ts'
import { run } from './run.ts'
import { type CorpusScenario, readScenario } from './scenario.ts'
import { score } from './score.ts'

const EVERY_MS = 60_000
const cut = (path: 'primary' | 'secondary', at: string) =>
  ({ op: 'cut-path', circuit: 'ckt-lon', path, at, until: '10:20:00' }) as const

/** The second path falls while the first one's fall has made polls faster. */
const oneByOne = readScenario({
  id: 'S999',
  title: 'One path after the other',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:50:00',
  truth: [cut('primary', '10:00:30'), cut('secondary', '10:02:30')],
  expect: [],
  forbid: [],
  pages: 1,
})

/** Widths in seconds of when each path fell. */
async function widths(play: (scenario: CorpusScenario, everyMs: number) => ReturnType<typeof run>) {
  const { events } = await play(oneByOne, EVERY_MS)
  const falls = events.filter(({ kind, scope }) => kind === 'path_down' && scope === 'ckt-lon')
  return falls
    .map(({ subject, started }) => `${subject.split('/')[1]} ${(started.latest - started.earliest) / 1_000}`)
    .toSorted()
}

describe('a corpus that is polled faster after a first adverse sample', () => {
  it('tells what follows within narrower bounds, and the first fall within the same', async () => {
    expect(await widths(run)).toEqual(['primary 62', 'secondary 62'])
    expect(await widths(runBursting)).toEqual(['primary 62', 'secondary 12'])
  })

  it('says nothing else than it should: S03', async () => {
    const scenario = corpus.find(({ id }) => id === 'S03')
    if (!scenario) throw new Error('there is no S03')
    const played = await runBursting(scenario, EVERY_MS)
    expect(deviationsOf(played, score(played))).toEqual([])
  })

  it.each([
    [10, false],
    [30, true],
  ])('has bursts where polls every %d s may come faster: %s', (seconds, may) => {
    expect(mayBurst(seconds)).toBe(may)
  })
})
