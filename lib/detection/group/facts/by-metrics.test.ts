import { expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING, type TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { ensureResourceState } from '../../model/context.ts'
import type { LastAvailability, SourceWithFailingPolls } from '../../model/scope-state.ts'
import { TEST_POLL_END_TIME, createEvaluationStageTestInput } from '../../testing/scene.ts'
import type { CircuitTrafficState } from '../../model/traffic.ts'
import { readLayerFromMetrics } from './by-metrics.ts'
import { ensureTrafficState } from './traffic/traffic-state.ts'

const PATH = 'AzurePrivatePeering/primary'
/** Returns the minute that ended `ago` minutes ago. */
const minute = (ago: number): TimestampBounds => ({
  earliest: TEST_POLL_END_TIME - (ago + 1) * MS_PER_MINUTE,
  latest: TEST_POLL_END_TIME - ago * MS_PER_MINUTE,
})
const span = (from: number, to: number): TimestampBounds => ({
  earliest: minute(from).earliest,
  latest: minute(to).latest,
})

function layerBy(fact: Partial<LastAvailability>, failing: Partial<SourceWithFailingPolls> = {}) {
  const { context } = createEvaluationStageTestInput({ kind: 'metrics', scope: 'ckt-lon' }, {}, (own) => {
    const state = ensureResourceState(own, 'ckt-lon')
    state.failing[`${PATH} summary`] = { lastGoodAt: null, everyMs: MS_PER_MINUTE, refused: true, ...failing }
    state.availability[PATH] = { reported: span(10, 1), low: [], down: [], ...fact }
  })
  return readLayerFromMetrics(context, 'ckt-lon', PATH, 'summary')
}

it.each<[string, Partial<LastAvailability>, Partial<SourceWithFailingPolls>, string | null, TimestampBounds | null]>([
  ['down for two minutes', { down: [minute(2), minute(1)], well: minute(3) }, {}, 'down', span(3, 2)],
  ['down in its newest minute', { down: [minute(1)], well: minute(2) }, {}, 'down', span(2, 1)],
  [
    'never seen up',
    { down: [minute(1)] },
    {},
    'down',
    { earliest: INSTANT_BEFORE_MONITORING, latest: TEST_POLL_END_TIME - MS_PER_MINUTE },
  ],
  ['back since', { down: [minute(4), minute(3)], well: minute(1) }, {}, 'up', span(3, 2)],
  [
    'up by the router itself until it was refused',
    { down: [minute(1)] },
    { lastGoodAt: TEST_POLL_END_TIME - 5 * MS_PER_MINUTE },
    'down',
    { earliest: TEST_POLL_END_TIME - 5 * MS_PER_MINUTE, latest: TEST_POLL_END_TIME - MS_PER_MINUTE },
  ],
  [
    'read by the router itself since',
    { down: [minute(1)], well: minute(2) },
    { lastGoodAt: TEST_POLL_END_TIME - MS_PER_MINUTE },
    null,
    null,
  ],
  ['reported too long ago', { reported: span(45, 26), down: [minute(26)], well: minute(27) }, {}, null, null],
  ['stored before minutes were kept', { down: undefined as never }, {}, null, null],
])('by metrics, a path that is %s', (_, fact, failing, level, since) => {
  const found = layerBy(fact, failing)
  expect([found?.level ?? null, found?.since ?? null]).toEqual([level, since])
})

it('says nothing where the polls fail for another reason', () => {
  const { refused: _, ...failing } = { lastGoodAt: null, everyMs: MS_PER_MINUTE, refused: true as const }
  const { context } = createEvaluationStageTestInput({ kind: 'metrics', scope: 'ckt-lon' }, {}, (own) => {
    ensureResourceState(own, 'ckt-lon').failing[`${PATH} summary`] = failing
    ensureResourceState(own, 'ckt-lon').availability[PATH] = {
      reported: span(10, 1),
      low: [],
      down: [minute(1)],
      well: minute(2),
    }
  })
  expect(readLayerFromMetrics(context, 'ckt-lon', PATH, 'summary')).toBeNull()
})

/** Returns samples of one minute each that end now, the newest last, with these rates in bit/s out of Azure. */
const minutesOf = (...rates: number[]) =>
  rates.map((out, n) => ({ ...minute(rates.length - n - 1), lengthMs: MS_PER_MINUTE, in: 0, out }))

it.each<[string, number[], 'up' | 'down']>([
  ['moved its usual bytes', [80, 80, 80, 80, 80, 80, 80, 80, 80, 80], 'up'],
  ['moved a little less than usual', [80, 80, 80, 80, 80, 80, 60, 60, 60, 80], 'up'],
  ['stood still', [80, 80, 80, 80, 80, 80, 0, 0, 0, 0], 'down'],
  ['stood still in them, and moves again', [80, 80, 80, 80, 80, 80, 0, 0, 30, 80], 'down'],
  ['moved until its last whole minute', [80, 80, 80, 80, 80, 80, 80, 0, 0, 0], 'down'],
  ['was read from a cache that was refreshed since', [80, 80, 80, 80, 80, 0, 0, 0, 320, 80], 'up'],
  ['was read from a cache that was refreshed in them and since', [0, 240, 0, 0, 240, 0, 0, 240, 0, 160], 'up'],
  ['was read from a cache that was not refreshed since', [0, 240, 0, 0, 240, 0, 0, 240, 0, 0], 'down'],
  ['is not used', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 'down'],
])('by metrics, a path that is down for three minutes in which it %s', (_, rates, level) => {
  const { context } = createEvaluationStageTestInput({ kind: 'metrics', scope: 'ckt-lon' }, {}, (own) => {
    const state = ensureResourceState(own, 'ckt-lon')
    state.failing[`${PATH} summary`] = { lastGoodAt: null, everyMs: MS_PER_MINUTE, refused: true }
    const down = [minute(3), minute(2), minute(1)]
    state.availability[PATH] = { reported: span(10, 1), low: down, down, well: minute(4) }
    const pairs = { primary: minutesOf(...rates.map((mbps) => mbps * 1e6)) }
    ensureTrafficState(own, 'ckt-lon').fact = { pairs, rates: {} } as CircuitTrafficState
  })
  expect(readLayerFromMetrics(context, 'ckt-lon', PATH, 'summary')?.level).toBe(level)
})
