import { expect, it } from 'vitest'
import { MINUTE } from '#lib/contract/time/time.ts'
import { ensureScopeState } from '../../model/context.ts'
import { eventOf, NOW, remember, scene } from '../../testing/scene.ts'
import { findCausingRemoval } from './neighbor-claims.ts'

const at = (minutes: number) => NOW - minutes * MINUTE
const between = (from: number, to: number) => ({ earliest: at(from), latest: at(to) })

it.each([
  { name: 'that is ongoing', started: between(12, 11), ended: null, isBehind: true },
  { name: 'that began when the removal may have begun', started: between(11, 9), ended: between(5, 4), isBehind: true },
  { name: 'that ended before', started: between(20, 19), ended: between(12, 11), isBehind: false },
  { name: 'that may have ended before the removal', started: between(20, 19), ended: between(5, 4), isBehind: false },
])('a removal between two lists explains a loss of routes $name: $isBehind', ({ started, ended, isBehind }) => {
  const { context } = scene({ kind: 'learned', scope: 'ergw-hub' })
  ensureScopeState(context, 'ergw-hub').released['10.0.4.4'] = {
    between: between(10, 0),
    circuit: 'ckt-lon',
    by: 'removal',
  }
  const lost = remember(context, eventOf('no_path', 'ergw-hub', '10.10.0.0/16', { started, ended }), {
    peersBefore: ['10.0.4.4'],
  })
  expect(findCausingRemoval(context, lost) !== null).toBe(isBehind)
})
