import { expect, it } from 'vitest'
import { corpus } from './corpus.ts'
import { deviationsOf } from './deviations.ts'
import { measure } from './measure.ts'
import { runAs } from './operation-times.ts'
import { score } from './score.ts'

const EVERY_MS = 60_000
const OPERATIONS = ['peers', 'summary', 'learned', 'tables', 'arp']

it('operations of a slow Azure run one at a time on a resource, sessions before tables; and what is said of them holds', async () => {
  const scenario = corpus.find(({ id }) => id === 'S01')
  if (!scenario) throw new Error('the corpus has no S01')
  const played = await runAs('azure')(scenario, EVERY_MS)
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
  // as ever: nothing is said that is not so, and every bound holds the truth
  const judged = score(played)
  expect(judged.falseAlarms).toEqual([])
  const wrong = deviationsOf(played, judged).filter(({ says }) => says === 'not contained' || says === 'false alarm')
  expect(wrong).toEqual([])
})

it('a table that was read before a change was seen elsewhere is not taken for where the routes went', async () => {
  // both gateways lose a site, and their tables are read a minute apart
  const scenario = corpus.find(({ id }) => id === 'S05')
  if (!scenario) throw new Error('the corpus has no S05')
  const judged = score(await runAs('azure')(scenario, EVERY_MS))
  expect(judged.falseAlarms.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([])
  const missed = judged.judged.filter(({ item, event }) => item.seen && !event).map(({ item }) => item.kind)
  expect(missed).toEqual([])
})

it.each([
  ['routes that change once a minute rest in no poll, however near two of them are', 'S142', 60],
  ['what happens and is over is no storm of routes, however rare the polls', 'S17', 300],
  ['an answer that nobody saw before contradicts those that were, and that is said rightly', 'S53', 60],
  ['what the first table advertises is said, however late it comes', 'S266', 60],
  ['a declared primary is held against the routes', 'S390', 60],
])('%s (%s every %i s)', async (_, id, seconds) => {
  const scenarios = corpus.filter((scenario) => scenario.id === id)
  expect(scenarios).toHaveLength(1)
  const { deviations } = await measure(seconds, scenarios, runAs('azure'))
  expect(deviations).toEqual([])
})
