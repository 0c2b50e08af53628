import { expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING, type PollRecord, type TunnelState } from '#lib/contract/index.ts'
import type { TunnelDetectionState } from '../model/source-state.ts'
import { updateTunnelStates } from './tunnel-fold.ts'

const mark = (n: number): PollRecord => ({
  sourceId: 1,
  scope: 'cxn',
  subresource: '',
  kind: 'connection',
  startedAt: n * 60_000,
  finishedAt: n * 60_000 + 2_000,
  outcome: 'ok',
  previousOkAt: n === 0 ? null : (n - 1) * 60_000,
  previousAttemptAt: n === 0 ? null : (n - 1) * 60_000,
  silentInstances: [],
})

function play(...polls: Record<string, TunnelState>[]) {
  let memory: Readonly<Record<string, TunnelDetectionState>> = {}
  return polls.map((poll, n) => {
    const rows = Object.entries(poll).map(([name, state]) => ({ name, state }))
    const folded = updateTunnelStates(memory, rows, mark(n))
    memory = folded.memory
    return folded.signals.map(({ name, state, since }) => [name, state, since.earliest, since.latest])
  })
}

it('says what is new, with the bounds of the polls around it', () => {
  expect(play({ '': 'up', a: 'up' }, { '': 'up', a: 'up' }, { '': 'up', a: 'down' })).toEqual([
    [
      ['', 'up', INSTANT_BEFORE_MONITORING, 2_000],
      ['a', 'up', INSTANT_BEFORE_MONITORING, 2_000],
    ],
    [],
    [['a', 'down', 60_000, 122_000]],
  ])
})

it('takes neither Unknown nor a missing tunnel for a change', () => {
  const [, ...later] = play({ '': 'up', a: 'up' }, { '': 'unknown', a: 'unknown' }, {}, { '': 'up', a: 'up' })
  expect(later).toEqual([[], [], []])
})

it('remembers the very same where nothing is new', () => {
  const memory = updateTunnelStates({}, [{ name: 'a', state: 'up' }], mark(0)).memory
  expect(updateTunnelStates(memory, [{ name: 'a', state: 'up' }], mark(1)).memory).toBe(memory)
})

it('dates what it sees first by the time that Azure states', () => {
  const rows = [
    { name: 'a', state: 'up' as const, establishedAt: -50_000 },
    { name: 'b', state: 'down' as const, establishedAt: -50_000 },
    { name: 'c', state: 'down' as const },
    { name: 'd', state: 'up' as const, establishedAt: 90_000 },
  ]
  const { signals } = updateTunnelStates({}, rows, mark(0))
  expect(signals.map(({ since }) => [since.earliest, since.latest])).toEqual([
    [-50_000, -50_000],
    [-50_000, 2_000],
    [INSTANT_BEFORE_MONITORING, 2_000],
    [INSTANT_BEFORE_MONITORING, 2_000],
  ])
})
