import { expect, it } from 'vitest'
import { MINUTE, SECOND } from '#lib/contract/time/time.ts'
import { edgesBetween } from '../edges.ts'
import { parseScenario } from '../scenario.ts'
import { ask, CIRCUITS, ORIGIN } from '../testing.ts'
import { truthOf } from '../truth.ts'
import { createWorld, type World } from '../world.ts'
import { estate, estateIn } from './estate.ts'
import { type LiveRun, live } from './estate-live.ts'

const worldOf = (runs: readonly LiveRun[]) => createWorld(parseScenario(estateIn(runs)), ORIGIN)

const cutsIn = (runs: readonly LiveRun[], from: number, to: number) =>
  truthOf(worldOf(runs), from, to)
    .happenings.filter(({ id }) => id.startsWith('live-cut'))
    .flatMap(({ times }) => times.map((time) => Date.parse(time.from)))

const bytesOf = (world: World, at: number): number[] =>
  ['erc-london', 'erc-amsterdam'].flatMap((circuit) => {
    const { json } = ask(world, at, 'GET', `${CIRCUITS}/expressRouteCircuits/${circuit}/stats`)
    return ['primaryBytesIn', 'primaryBytesOut', 'secondaryBytesIn', 'secondaryBytesOut'].map((name) =>
      Number(json[name]),
    )
  })

it('cuts a London path half a minute after each start', () => {
  const first = { from: ORIGIN, until: ORIGIN + 30 * MINUTE }
  const second = { from: ORIGIN + 31 * MINUTE + 7 * SECOND }
  expect(cutsIn([first, second], ORIGIN - MINUTE, ORIGIN + 60 * MINUTE)).toEqual([
    ORIGIN + 30 * SECOND,
    ORIGIN + 24 * MINUTE + 30 * SECOND,
    second.from + 30 * SECOND,
    second.from + 24 * MINUTE + 30 * SECOND,
  ])
})

it('a run that ended before anything began leaves nothing; without runs the round counts from the origin', () => {
  expect(live([{ from: ORIGIN, until: ORIGIN }])).toEqual([])
  expect(estate.happenings?.filter(({ id }) => id?.startsWith('live-')).map(({ at }) => at)).toEqual([
    '+30s',
    '+7m',
    '+11m',
    '+14m',
    '+18m',
    '+20m',
  ])
})

it('goes on counting where an earlier run stopped, also in the middle of a cut', () => {
  const before = worldOf([{ from: ORIGIN }])
  for (const length of [20 * SECOND, 2 * MINUTE, 14 * MINUTE + 30 * SECOND, 50 * MINUTE]) {
    const seen = ORIGIN + length
    const after = worldOf([{ from: ORIGIN, until: seen }, { from: seen + 9 * SECOND }])
    const last = bytesOf(before, seen)
    const again = bytesOf(after, seen)
    const later = bytesOf(after, seen + 10 * SECOND)
    for (const [n, bytes] of last.entries()) {
      // sums are computed in another order, so that the last byte may be rounded differently
      expect(Math.abs((again[n] ?? 0) - bytes)).toBeLessThanOrEqual(1)
      expect(later[n]).toBeGreaterThanOrEqual(bytes)
    }
  }
})

it('lists the edges of its timeline, each once and in order', () => {
  const world = worldOf([{ from: ORIGIN }])
  const edges = edgesBetween(world, ORIGIN, ORIGIN + 5 * MINUTE)
  expect(edges[0]).toBe(ORIGIN + 30 * SECOND)
  expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b))
  expect(edgesBetween(world, ORIGIN - 35 * 24 * 60 * MINUTE, ORIGIN, ['config'])).toHaveLength(8)
})

it("the story has a circuit that was upgraded within the demo's past, and what each page wants to show", () => {
  const world = worldOf([])
  const listed = truthOf(world, ORIGIN - 35 * 24 * 60 * MINUTE, ORIGIN).happenings
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
