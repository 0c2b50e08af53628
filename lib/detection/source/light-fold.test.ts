import { expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING, type MetricRow, type PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { LightLevelMemory } from '../model/source-state.ts'
import { updateLightLevels } from './light-fold.ts'

const mark = (n: number): PollRecord => ({
  sourceId: 1,
  scope: 'port',
  subresource: '',
  kind: 'metrics',
  startedAt: n * 5 * MS_PER_MINUTE,
  finishedAt: n * 5 * MS_PER_MINUTE + 2_000,
  outcome: 'ok',
  previousOkAt: null,
  previousAttemptAt: null,
  silentInstances: [],
})

const rows = (from: number, levels: readonly (number | null)[], lane = '0', metric = 'RxLightLevel'): MetricRow[] =>
  levels.map((average, n) => ({
    metric,
    unit: 'Count',
    dimensions: { link: 'link2', lane },
    at: (from + n) * MS_PER_MINUTE,
    grainSeconds: 60,
    average,
    maximum: null,
    minimum: null,
    total: null,
  }))

/** Evaluates polls of consecutive minutes. */
function play(...polls: MetricRow[][]) {
  let memory: Readonly<Record<string, LightLevelMemory>> = {}
  return polls.map((own, n) => {
    const folded = updateLightLevels(memory, own, mark(n + 2))
    memory = folded.memory
    return folded.events.map(({ kind, subject, severity, started, ended, causes }) => ({
      what: [kind, subject, severity, causes[0]?.owner],
      started: [started.earliest / MS_PER_MINUTE, started.latest / MS_PER_MINUTE],
      ended: ended && [ended.earliest / MS_PER_MINUTE, ended.latest / MS_PER_MINUTE],
    }))
  })
}

const low = ['port_light_low', 'link2 Rx', 'minor', 'onprem']

it('two minutes below the limit begin it between the last one above and the first below; the margin above ends it', () => {
  expect(play(rows(0, [-3, -9.8, -10.2]), rows(1, [-9.8, -10.2, -10.4, -9.8, -9.6]), rows(5, [-9.6, -9.2]))).toEqual([
    [],
    [{ what: low, started: [1, 3], ended: null }],
    [{ what: low, started: [1, 3], ended: [5, 7] }],
  ])
})

it.each([
  ['a single minute', rows(0, [-3, -12, -3, -12, -3])],
  ['the limit itself', rows(0, [-10, -10, -10])],
  ['minutes that Azure Monitor did not report', rows(0, [-3, null, null, -3])],
])('%s is no low light', (_, own) => {
  expect(play(own)).toEqual([[]])
})

it('is as bright as the weakest lane', () => {
  const [events] = play([...rows(0, [-3, -3, -3], '0'), ...rows(0, [-3, -11, -11], '3')])
  expect(events).toEqual([{ what: low, started: [0, 2], ended: null }])
})

it('goes on while the weak lane reports no value, because the other lanes do not prove that it is bright', () => {
  const polls = play(
    [...rows(0, [-3, -3, -3, -3]), ...rows(0, [-3, -11, -11, null], '3')],
    [...rows(3, [-3, -3]), ...rows(3, [null, -3], '3')],
  )
  expect(polls).toEqual([
    [{ what: low, started: [0, 2], ended: null }],
    [{ what: low, started: [0, 2], ended: [2, 5] }],
  ])
})

it('is reported where it was low at first, by whoever sends the light, and is graver where nothing arrives', () => {
  expect(play(rows(0, [-40, -40], '0', 'TxLightLevel'))).toEqual([
    [
      {
        what: ['port_light_low', 'link2 Tx', 'major', 'microsoft'],
        started: [INSTANT_BEFORE_MONITORING / MS_PER_MINUTE, 1],
        ended: null,
      },
    ],
  ])
})

it('reads a minute once, and remembers the very same where none is new', () => {
  const { memory } = updateLightLevels({}, rows(0, [-3, -12]), mark(1))
  expect(updateLightLevels(memory, rows(0, [-3, -12]), mark(2))).toEqual({ memory, events: [] })
  expect(updateLightLevels(memory, rows(0, [-3, -12]), mark(2)).memory).toBe(memory)
})

it('is two events if it is low twice within the minutes of one poll', () => {
  const { events } = updateLightLevels({}, rows(0, [-3, -12, -12, -3, -12, -12]), mark(2))
  expect(events.map(({ started, ended }) => [started.earliest / MS_PER_MINUTE, ended !== null])).toEqual([
    [0, false],
    [0, true],
    [3, false],
  ])
  expect(new Set(events.map(({ key }) => key)).size).toBe(2)
})
