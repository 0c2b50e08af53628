import { expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING, type PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { GlobalReachMemory } from '../model/source-state.ts'
import { updateGlobalReachStates } from './reach-fold.ts'

const STATES = { Connected: 'up', Disconnected: 'down', Connecting: 'unknown', Updating: 'unknown' } as const

const mark = (n: number, outcome: PollRecord['outcome'] = 'ok'): PollRecord => ({
  sourceId: 1,
  scope: 'ckt',
  subresource: 'AzurePrivatePeering/connections',
  kind: 'connection',
  startedAt: n * MS_PER_MINUTE,
  finishedAt: n * MS_PER_MINUTE + 2_000,
  outcome,
  previousOkAt: n === 0 ? null : (n - 1) * MS_PER_MINUTE,
  previousAttemptAt: n === 0 ? null : (n - 1) * MS_PER_MINUTE,
  silentInstances: [],
})

type Word = keyof typeof STATES

/** Evaluates one poll per minute with the states of the connections that it lists. */
function play(...polls: Record<string, Word>[]) {
  let memory: Readonly<Record<string, GlobalReachMemory>> = {}
  return polls.map((words, n) => {
    const rows = Object.entries(words).map(([name, status]) => ({ name, status, state: STATES[status] }))
    const folded = updateGlobalReachStates(memory, rows, mark(n))
    memory = folded.memory
    return folded.events.map(({ kind, subject, started, ended }) => [
      kind,
      subject,
      started.earliest,
      started.latest / MS_PER_MINUTE,
      ended && [ended.earliest / MS_PER_MINUTE, ended.latest / MS_PER_MINUTE],
    ])
  })
}

const KIND = 'global_reach_disconnected'
const after = (n: number) => n + 1 / 30

it('one that was connected and is not any more raises an event, which ends when it is again', () => {
  expect(
    play(
      { ams: 'Connected', jnb: 'Connected' },
      { ams: 'Disconnected', jnb: 'Connected' },
      { ams: 'Disconnected', jnb: 'Connected' },
      { ams: 'Connected', jnb: 'Connected' },
    ),
  ).toEqual([[], [[KIND, 'ams', 0, after(1), null]], [], [[KIND, 'ams', 0, after(1), [2, after(3)]]]])
})

it('what Azure connects or changes says nothing, neither that it is up nor that it is down', () => {
  expect(play({ ams: 'Updating' }, { ams: 'Connecting' }, { ams: 'Connected' }, { ams: 'Connecting' })).toEqual([
    [],
    [],
    [],
    [],
  ])
  expect(play({ ams: 'Connected' }, { ams: 'Disconnected' }, { ams: 'Connecting' }, { ams: 'Connected' })[2]).toEqual(
    [],
  )
})

it('one that is disconnected when it is first read is raised; one that is no longer listed is over', () => {
  expect(play({ ams: 'Disconnected' }, {}, { ams: 'Disconnected' })).toEqual([
    [[KIND, 'ams', INSTANT_BEFORE_MONITORING, after(0), null]],
    [[KIND, 'ams', INSTANT_BEFORE_MONITORING, after(0), [0, after(1)]]],
    [[KIND, 'ams', INSTANT_BEFORE_MONITORING, after(2), null]],
  ])
})

it('an incomplete list ends nothing', () => {
  const down = updateGlobalReachStates({}, [{ name: 'ams', status: 'Disconnected', state: 'down' }], mark(0))
  expect(updateGlobalReachStates(down.memory, [], mark(1, 'incomplete'))).toEqual({ memory: down.memory, events: [] })
})
