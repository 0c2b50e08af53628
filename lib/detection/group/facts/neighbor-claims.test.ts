import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { ensureResourceState } from '../../model/context.ts'
import type { SessionFact } from '../../model/scope-state.ts'
import {
  createOngoingEvent,
  TEST_POLL_END_TIME,
  storeEventInTestContext,
  createEvaluationStageTestInput,
} from '../../testing/scene.ts'
import {
  deleteEndedReleases,
  endReleasedSessionEvents,
  findCausingRemoval,
  revertNeighborRelease,
} from './neighbor-claims.ts'

const at = (minutes: number) => TEST_POLL_END_TIME - minutes * MS_PER_MINUTE
const between = (from: number, to: number) => ({ earliest: at(from), latest: at(to) })

it.each([
  { name: 'that is ongoing', started: between(12, 11), ended: null, isBehind: true },
  { name: 'that began when the removal may have begun', started: between(11, 9), ended: between(5, 4), isBehind: true },
  { name: 'that ended before', started: between(20, 19), ended: between(12, 11), isBehind: false },
  { name: 'that may have ended before the removal', started: between(20, 19), ended: between(5, 4), isBehind: false },
])('a removal between two lists explains a loss of routes $name: $isBehind', ({ started, ended, isBehind }) => {
  const { context } = createEvaluationStageTestInput({ kind: 'learned', scope: 'ergw-hub' })
  ensureResourceState(context, 'ergw-hub').released['10.0.4.4'] = {
    between: between(10, 0),
    circuit: 'ckt-lon',
    by: 'removal',
  }
  const lost = storeEventInTestContext(
    context,
    createOngoingEvent('no_path', 'ergw-hub', '10.10.0.0/16', { started, ended }),
    {
      peersBefore: ['10.0.4.4'],
    },
  )
  expect(findCausingRemoval(context, lost) !== null).toBe(isBehind)
})

it("a circuit's mark ends with the return of its connection if the gateway saw the sessions up again", () => {
  const { context } = createEvaluationStageTestInput({ kind: 'inventory', scope: 'ergw-hub' })
  const released = { between: between(40, 30), circuit: 'ckt-lon', by: 'removal' }
  ensureResourceState(context, 'ckt-lon').released['10.0.4.4'] = released
  revertNeighborRelease(
    context,
    createOngoingEvent('resource_removed', 'cxn-ckt-lon', 'cxn-ckt-lon', { key: 'removal' }),
  )
  const lost = storeEventInTestContext(
    context,
    createOngoingEvent('peer_lost', 'ergw-hub', '10.0.4.4', { started: between(2, 1) }),
  )
  expect(findCausingRemoval(context, lost)).toBeNull()
})

it("a circuit's mark ends when a connection of another name is up again", () => {
  const { context } = createEvaluationStageTestInput({ kind: 'inventory', scope: 'ergw-hub' })
  const mapping = context.topology.mappings.find(({ gateway }) => gateway === 'ergw-hub')
  if (!mapping) throw new Error('the gateway has no mapping')
  const { neighbor, circuit } = mapping
  ensureResourceState(context, circuit).released[neighbor] = { between: between(40, 30), circuit, by: 'removal' }
  const session = { subresource: '', asn: 12076, neighbor, level: 'up', since: between(25, 24) } as SessionFact
  ensureResourceState(context, 'ergw-hub').sessions[`10.0.4.12~${neighbor}`] = session
  deleteEndedReleases(context)
  expect(context.scopes[circuit]?.released).toEqual({})
})

it.each([
  { name: 'all of its neighbors', removed: ['10.0.4.4', '10.0.4.5'], isEnded: true },
  { name: 'one of its neighbors', removed: ['10.0.4.4'], isEnded: false },
])('the isolation of a gateway ends with the removal of $name: $isEnded', ({ removed, isEnded }) => {
  const { context } = createEvaluationStageTestInput({ kind: 'inventory', scope: 'ergw-hub' })
  const { released } = ensureResourceState(context, 'ergw-hub')
  for (const neighbor of removed) released[neighbor] = { between: between(10, 0), circuit: 'ckt-lon', by: 'removal' }
  const isolated = storeEventInTestContext(
    context,
    createOngoingEvent('gateway_isolated', 'ergw-hub', 'ergw-hub', { started: between(9, 8) }),
    { lostNeighbors: ['10.0.4.4', '10.0.4.5'] },
  )
  endReleasedSessionEvents(context)
  expect(isolated.event.ended !== null).toBe(isEnded)
  expect(isolated.event.partOf).toBe(isEnded ? 'removal' : null)
})
