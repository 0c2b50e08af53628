/**
 * The tables of two gateways are read at any moments, one after the other, and reading takes up to a minute. States
 * that appear only between the two reads must not be reported.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { corpusScenarios } from './corpus.ts'
import { runCorpusScenario, createScenarioWorld } from './run.ts'
import {
  sortScheduledPollsByEndTime,
  type ScheduledCorpusPoll,
  createScheduledPollAt,
  createPollSlots,
  listPolledSources,
} from './schedule.ts'
import { type ScenarioScore, scoreScenarioRun } from './score.ts'

const RUNS = { numRuns: 4 }

/** A site disappears from both gateways, from one circuit 20 s before the others, and is back on both at 10:30:45. */
function siteLeavesBoth() {
  const scenario = corpusScenarios.find(({ id }) => id === 'S05')
  if (!scenario) throw new Error('the corpus has no S05')
  // this test moves polls, which decides whether they see the gap before that
  return { ...scenario, end: scenario.start + 55 * 60 * MS_PER_SECOND }
}

interface Pace {
  /** share of the interval after which the gateway's table is read */
  offset: number
  /** seconds that reading the table takes */
  takes: number
}
const pace = fc.record({
  offset: fc.double({ min: 0, max: 0.99, noNaN: true }),
  takes: fc.integer({ min: 2, max: 55 }),
})

/** Plays the usual timetable with other times for the tables of gateways. */
async function playedWith(everyMs: number, paces: readonly [Pace, Pace]): Promise<ScenarioScore> {
  const scenario = siteLeavesBoth()
  const { scenario: estate } = createScenarioWorld(scenario)
  const rest = createPollSlots(scenario, estate, everyMs).filter(({ source }) => source.kind !== 'learned')
  const tables = listPolledSources(estate, scenario.also)
    .filter(({ kind }) => kind === 'learned')
    .flatMap((source, n): ScheduledCorpusPoll[] => {
      const { offset, takes } = paces[n % 2] ?? paces[0]
      const first = scenario.start + offset * everyMs
      const times = Math.floor((scenario.end - first) / everyMs) + 1
      const lengthMs = Math.min(takes * MS_PER_SECOND, everyMs)
      return Array.from({ length: times }, (_, round) => first + round * everyMs).flatMap(
        (at) => createScheduledPollAt(scenario, estate.happenings, source, Math.round(at), lengthMs) ?? [],
      )
    })
  return scoreScenarioRun(await runCorpusScenario(scenario, everyMs, sortScheduledPollsByEndTime([...rest, ...tables])))
}

const named = ({ kind, subject }: { kind: string; subject: string }) => `${kind} ${subject}`

describe.each([60, 300])('a site that leaves two gateways and comes back to both, read every %i s', (seconds) => {
  it('is no shift from one to the other, whichever is read first', async () => {
    await fc.assert(
      fc.asyncProperty(pace, pace, async (one, other) => {
        const { judged, falseAlarms } = await playedWith(seconds * MS_PER_SECOND, [one, other])
        expect(falseAlarms.map(named)).toEqual([])
        const lost = judged.filter(({ item, event }) => item.kind === 'no_path' && item.seen && !event)
        expect(lost.map(({ item }) => named(item))).toEqual([])
        const wrong = judged.filter(({ item, contained }) => item.kind !== 'site_state_changed' && contained === false)
        expect(wrong.map(({ item }) => named(item))).toEqual([])
      }),
      RUNS,
    )
  })
})
