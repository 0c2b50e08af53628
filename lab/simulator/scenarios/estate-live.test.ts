import { expect, it } from 'vitest'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { listEffectChangeTimes } from '../edges.ts'
import { parseSimulatorScenario } from '../scenario.ts'
import { requestSimulator, CIRCUITS_GROUP_ARM_ID, TEST_TIMELINE_ORIGIN } from '../testing.ts'
import { computeScenarioGroundTruth } from '../truth.ts'
import { createWorld, type SimulatedWorld } from '../world.ts'
import { builtInEstateScenario, createBuiltInEstate } from './estate.ts'
import { type LiveRun, createHappeningsOfProductRuns } from './estate-live.ts'

const worldOf = (runs: readonly LiveRun[]) =>
  createWorld(parseSimulatorScenario(createBuiltInEstate(runs)), TEST_TIMELINE_ORIGIN)

const cutsIn = (runs: readonly LiveRun[], from: number, to: number) =>
  computeScenarioGroundTruth(worldOf(runs), from, to)
    .happenings.filter(({ id }) => id.startsWith('live-cut'))
    .flatMap(({ times }) => times.map((time) => Date.parse(time.from)))

const bytesOf = (world: SimulatedWorld, at: number): number[] =>
  ['erc-london', 'erc-amsterdam'].flatMap((circuit) => {
    const { json } = requestSimulator(
      world,
      at,
      'GET',
      `${CIRCUITS_GROUP_ARM_ID}/expressRouteCircuits/${circuit}/stats`,
    )
    return ['primaryBytesIn', 'primaryBytesOut', 'secondaryBytesIn', 'secondaryBytesOut'].map((name) =>
      Number(json[name]),
    )
  })

it('cuts a London path half a minute after each start', () => {
  const first = { from: TEST_TIMELINE_ORIGIN, until: TEST_TIMELINE_ORIGIN + 30 * MS_PER_MINUTE }
  const second = { from: TEST_TIMELINE_ORIGIN + 31 * MS_PER_MINUTE + 7 * MS_PER_SECOND }
  expect(
    cutsIn([first, second], TEST_TIMELINE_ORIGIN - MS_PER_MINUTE, TEST_TIMELINE_ORIGIN + 60 * MS_PER_MINUTE),
  ).toEqual([
    TEST_TIMELINE_ORIGIN + 30 * MS_PER_SECOND,
    TEST_TIMELINE_ORIGIN + 24 * MS_PER_MINUTE + 30 * MS_PER_SECOND,
    second.from + 30 * MS_PER_SECOND,
    second.from + 24 * MS_PER_MINUTE + 30 * MS_PER_SECOND,
  ])
})

it('a run that ended before anything began leaves nothing; without runs the round counts from the origin', () => {
  expect(createHappeningsOfProductRuns([{ from: TEST_TIMELINE_ORIGIN, until: TEST_TIMELINE_ORIGIN }])).toEqual([])
  expect(builtInEstateScenario.happenings?.filter(({ id }) => id?.startsWith('live-')).map(({ at }) => at)).toEqual([
    '+30s',
    '+7m',
    '+11m',
    '+14m',
    '+18m',
    '+20m',
  ])
})

it('goes on counting where an earlier run stopped, also in the middle of a cut', () => {
  const before = worldOf([{ from: TEST_TIMELINE_ORIGIN }])
  for (const length of [
    20 * MS_PER_SECOND,
    2 * MS_PER_MINUTE,
    14 * MS_PER_MINUTE + 30 * MS_PER_SECOND,
    50 * MS_PER_MINUTE,
  ]) {
    const seen = TEST_TIMELINE_ORIGIN + length
    const after = worldOf([{ from: TEST_TIMELINE_ORIGIN, until: seen }, { from: seen + 9 * MS_PER_SECOND }])
    const last = bytesOf(before, seen)
    const again = bytesOf(after, seen)
    const later = bytesOf(after, seen + 10 * MS_PER_SECOND)
    for (const [n, bytes] of last.entries()) {
      // sums are computed in another order, so that the last byte may be rounded differently
      expect(Math.abs((again[n] ?? 0) - bytes)).toBeLessThanOrEqual(1)
      expect(later[n]).toBeGreaterThanOrEqual(bytes)
    }
  }
})

it('lists the edges of its timeline, each once and in order', () => {
  const world = worldOf([{ from: TEST_TIMELINE_ORIGIN }])
  const edges = listEffectChangeTimes(world, TEST_TIMELINE_ORIGIN, TEST_TIMELINE_ORIGIN + 5 * MS_PER_MINUTE)
  expect(edges[0]).toBe(TEST_TIMELINE_ORIGIN + 30 * MS_PER_SECOND)
  expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b))
  expect(
    listEffectChangeTimes(world, TEST_TIMELINE_ORIGIN - 35 * 24 * 60 * MS_PER_MINUTE, TEST_TIMELINE_ORIGIN, ['config']),
  ).toHaveLength(8)
})

it("the story has a circuit that was upgraded within the demo's past, and what each page wants to show", () => {
  const world = worldOf([])
  const listed = computeScenarioGroundTruth(
    world,
    TEST_TIMELINE_ORIGIN - 35 * 24 * 60 * MS_PER_MINUTE,
    TEST_TIMELINE_ORIGIN,
  ).happenings
  expect(new Set(listed.map(({ op }) => op))).toEqual(
    new Set([
      'announce',
      'api-fault',
      'blackhole',
      'configuration',
      'counter-reset',
      'cut-path',
      'instance-loss',
      'light-fade',
      'machine-stop',
      'maintenance',
      'qos-drop',
      'session-loss',
      'traffic',
      'tunnel-loss',
      'withdraw',
    ]),
  )
})
