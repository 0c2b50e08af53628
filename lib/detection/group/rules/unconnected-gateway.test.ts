import { expect, it } from 'vitest'
import {
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  LONG_AGO_TIME_BOUNDS,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
} from '../../testing/scene.ts'
import { ensureResourceState } from '../../model/context.ts'
import { applyGatewayRules } from './gateway-rules.ts'

const [LOST, LEFT] = ['10.0.4.12', '10.0.4.13'] as const

/** Returns the events after a poll of a gateway that has only the sessions between its two instances. */
function raised(silent: Record<string, typeof TIME_BOUNDS_SINCE_PREVIOUS_POLL>, level: 'up' | 'down') {
  const { context } = createEvaluationStageTestInput({ kind: 'peers', scope: 'ergw-hub' })
  const state = ensureResourceState(context, 'ergw-hub')
  const inside = [
    createLongEstablishedSession(LOST, LEFT, { asn: 65515 }),
    createLongEstablishedSession(LEFT, LOST, {
      asn: 65515,
      level,
      since: level === 'up' ? LONG_AGO_TIME_BOUNDS : TIME_BOUNDS_SINCE_PREVIOUS_POLL,
    }),
  ]
  state.sessions = Object.fromEntries(inside.map((fact) => [`${fact.localAddress}~${fact.neighbor}`, fact]))
  state.silent = silent
  const events = () => {
    applyGatewayRules(context)
    return Object.values(state.live).map(({ event: { kind, subject, ended } }) => [kind, subject, ended])
  }
  const before = events()
  state.silent = {}
  for (const fact of Object.values(state.sessions))
    Object.assign(fact, { level: 'up', since: TIME_BOUNDS_SINCE_PREVIOUS_POLL })
  return { before, after: events() }
}

it('reports the loss of an instance of a gateway without a connection, and its end', () => {
  const { before, after } = raised({ [LOST]: TIME_BOUNDS_SINCE_PREVIOUS_POLL }, 'down')
  expect(before).toEqual([['gateway_instance_lost', LOST, null]])
  expect(after).toEqual([['gateway_instance_lost', LOST, TIME_BOUNDS_SINCE_PREVIOUS_POLL]])
})

it('reports no loss while the other instance has its session with a silent instance', () => {
  expect(raised({ [LOST]: TIME_BOUNDS_SINCE_PREVIOUS_POLL }, 'up').before).toEqual([])
})

it('reports no loss if the session between two reporting instances is down', () => {
  expect(raised({}, 'down').before).toEqual([])
})
