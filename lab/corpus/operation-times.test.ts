import { describe, expect, it } from 'vitest'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import { corpusScenarios } from './corpus.ts'
import { listScenarioDeviations } from './deviations.ts'
import { runAndScoreScenarios } from './measure.ts'
import { createRunWithProfile } from './operation-times.ts'
import { CORPUS_DAY_START } from './scenario.ts'
import { scoreScenarioRun } from './score.ts'

const EVERY_MS = 60_000
const OPERATIONS = ['peers', 'summary', 'learned', 'tables', 'arp']

it('operations of a slow Azure run one at a time on a resource, sessions before tables; and what is said of them holds', async () => {
  const scenario = corpusScenarios.find(({ id }) => id === 'S01')
  if (!scenario) throw new Error('the corpus has no S01')
  const played = await createRunWithProfile('azure')(scenario, EVERY_MS)
  const operations = played.slots.filter(
    ({ source, startedAt }) => OPERATIONS.includes(source.kind) && startedAt >= scenario.start,
  )
  const lengths = operations.map(({ startedAt, finishedAt }) => finishedAt - startedAt)
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(5_000)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(300_000)
  for (const [, own] of Map.groupBy(operations, ({ source }) => source.resource)) {
    for (const [n, { startedAt }] of own.entries()) {
      expect(startedAt).toBeGreaterThanOrEqual(own[n - 1]?.finishedAt ?? 0)
    }
    const counts = [...Map.groupBy(own, ({ source }) => `${source.kind} ${source.name}`)].map(
      ([, polls]) => polls.length,
    )
    expect(Math.min(...counts)).toBeGreaterThan(1)
  }
  // no event is false and every bound contains the truth, in the same way as in other runs
  const judged = scoreScenarioRun(played)
  expect(judged.falseAlarms).toEqual([])
  const wrong = listScenarioDeviations(played, judged).filter(
    ({ says }) => says === 'not contained' || says === 'false alarm',
  )
  expect(wrong).toEqual([])
})

it('a table that was read before a change was seen elsewhere is not taken for where the routes went', async () => {
  // both gateways lose a site, and their tables are read a minute apart
  const scenario = corpusScenarios.find(({ id }) => id === 'S05')
  if (!scenario) throw new Error('the corpus has no S05')
  const judged = scoreScenarioRun(await createRunWithProfile('azure')(scenario, EVERY_MS))
  expect(judged.falseAlarms.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([])
  const missed = judged.judged.filter(({ item, event }) => item.seen && !event).map(({ item }) => item.kind)
  expect(missed).toEqual([])
})

const scenarios: [what: string, id: string, everySeconds: number][] = [
  ['an answer that nobody saw before contradicts those that were, and that is said rightly', 'S53', 60],
]
const longScenarios: typeof scenarios = [
  ['routes that change once a minute rest in no poll, however near two of them are', 'S142', 60],
  ['a circuit that lost its connection explains what was withdrawn with it', 'S111', 60],
  ['a poll that sees one of five short falls counts the returns after it', 'S09', 300],
  ['what the first table advertises is said, however late it comes', 'S266', 60],
  ['a declared primary is held against the routes', 'S390', 60],
  ['an outage that a table alone shows notifies once', 'S30', 10],
  ['a poll in which the clock was set is dated by it as it is then', 'S186', 10],
  ['what happens and is over is no storm of routes, however rare the polls', 'S17', 300],
  [
    'prefixes lost with a connection are an outage, although a list shows its deletion before the sessions do',
    'S943',
    60,
  ],
  ['two faults that may have begun together by their bounds are one incident', 'S120', 60],
  ['and so they are with rare polls', 'S16', 300],
]

it.each([...scenarios, ...(SHOULD_RUN_LONG_TESTS ? longScenarios : [])])(
  '%s (%s every %i s)',
  async (_, id, seconds) => {
    const chosen = corpusScenarios.filter((scenario) => scenario.id === id)
    expect(chosen).toHaveLength(1)
    const { deviations } = await runAndScoreScenarios(seconds, chosen, createRunWithProfile('azure'))
    expect(deviations).toEqual([])
  },
)

describe('with operations of a slow Azure', () => {
  const playedAs = async (id: string) => {
    const scenario = corpusScenarios.find((one) => one.id === id)
    if (!scenario) throw new Error(`the corpus has no ${id}`)
    return createRunWithProfile('azure')(scenario, EVERY_MS)
  }

  it('a shift that is read after the removal of its circuit is named by the circuit, and wakes nobody', async () => {
    const played = await playedAs('S71')
    expect(listScenarioDeviations(played, scoreScenarioRun(played))).toEqual([])
    const failovers = played.events.filter(({ kind }) => kind === 'failover')
    expect(failovers.map(({ subject, severity }) => [subject, severity])).toEqual([['ckt-ams > ckt-lon', 'minor']])
  })

  it.runIf(SHOULD_RUN_LONG_TESTS)(
    'a loss that the gateways prove begins with the last word of either path, and ends when its bytes are read to move again',
    async () => {
      const played = await playedAs('S04')
      expect(listScenarioDeviations(played, scoreScenarioRun(played))).toEqual([])
      const downs = played.events.filter(({ kind }) => kind === 'circuit_down')
      expect(downs.map(({ subject, scope }) => [scope, subject])).toEqual([
        ['ckt-lon', 'AzurePrivatePeering'],
        ['ckt-lon2', 'AzurePrivatePeering'],
      ])
      // edges are up again at 11:30:00, sessions of the gateway at 11:30:20
      const [back, backAtGateway] = ['11:30:00', '11:30:20'].map((time) =>
        Date.parse(`${CORPUS_DAY_START.slice(0, 10)}T${time}Z`),
      )
      for (const { ended } of downs) {
        expect(ended?.latest).toBeGreaterThanOrEqual(back ?? 0)
        expect(ended?.earliest).toBeLessThanOrEqual(backAtGateway ?? 0)
      }
    },
  )
})
