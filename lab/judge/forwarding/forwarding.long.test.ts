import { expect, it } from 'vitest'
import { readFailoverTraffic } from '#lib/cost/answers/circuits/read-failover-traffic.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { computeWhatIf, BackgroundComputationThrottle, readCachedWhatIfData } from '#lib/resilience/answers/index.ts'
import { listPossibleLosses } from '#lib/resilience/answers/single-losses/possible-losses.ts'
import { parseWhatIfLosses } from '#lib/contract/index.ts'
import { startPastGenerator } from '../../demo-history/make-past.ts'
import { createWorld, createBuiltInEstate, parseSimulatorScenario } from '../../simulator/index.ts'
import { judgeForwarding } from './judge-forwarding.ts'

const generated = withTestDatabase()
const demo = withTestDatabase()

it('no answer about the estate of seed 3 is wrong or needlessly unknown', { timeout: 600_000 }, async () => {
  const judgements = await judgeForwarding(generated, 3, 1, 2)
  expect(judgements.flatMap(({ is, detail }) => (is === 'right' ? [] : [detail]))).toEqual([])
  expect(new Set(judgements.map(({ of }) => of)).size).toBeGreaterThan(10)
})

it('every single loss of the demo has an answer, and so has each decision that depends on it', {
  timeout: 600_000,
}, async () => {
  const origin = Date.now()
  const world = createWorld(parseSimulatorScenario(createBuiltInEstate([{ from: origin, until: origin }])), origin)
  const past = await startPastGenerator({
    db: demo,
    world,
    from: origin - MS_PER_HOUR + 3_300,
    origin,
    horizon: origin + MS_PER_HOUR,
  })
  await past.upTo(origin)
  past.close()
  const now = origin + 5_000
  const unknown: string[] = []
  const losses = listPossibleLosses(await readCachedWhatIfData(demo.pool, { at: undefined, now }))
  for (const text of losses) {
    const read = parseWhatIfLosses(text)
    const lose = 'terms' in read ? read.terms : []
    const asked = { lose, change: [], at: undefined, customer: undefined, rows: 'changed' as const }
    const { data } = await computeWhatIf(demo.pool, asked, { costOfMonth: null }, now)
    const open = data.prefixes.filter(({ outcome }) => outcome === 'unknown')
    unknown.push(...open.map(({ prefix, scopeName }) => `${data.lost[0]?.name}: ${prefix} at ${scopeName}`))
  }
  expect(unknown).toEqual([])
  expect(losses.length).toBeGreaterThan(40)
  const takeOvers = await readFailoverTraffic(
    demo.pool,
    now,
    new BackgroundComputationThrottle(1, new AbortController().signal),
  )
  expect([...takeOvers.values()].map(({ isUnsure }) => isUnsure)).toEqual([...takeOvers.values()].map(() => false))
  expect(takeOvers.size).toBeGreaterThan(5)
})
