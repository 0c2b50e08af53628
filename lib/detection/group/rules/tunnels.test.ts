import { expect, it } from 'vitest'
import {
  createEvaluationStageTestInput,
  createLongEstablishedSession,
  TEST_POLL_END_TIME,
} from '../../testing/scene.ts'
import { ensureResourceState, listLiveEvents, type DetectionContext } from '../../model/context.ts'
import { formatPollKey } from '../../model/subject.ts'
import type { SessionFact } from '../../model/scope-state.ts'
import { applyTunnelRules } from './tunnels.ts'

const [GATEWAY, CONNECTION, NEIGHBOR] = ['vpngw-1', 'cxn-br1', '10.200.0.1']
const TUNNELS = ['cxn-br1_203.0.113.10', 'cxn-br1_203.0.113.10 (2)']
const MINUTE = 60_000
const minute = (n: number) => TEST_POLL_END_TIME + n * MINUTE
const at = (n: number) => ({ earliest: minute(n), latest: minute(n) + 400 })

/** Polls the sessions of the gateway at a minute; the connection was polled last at another minute. */
function poll(context: DetectionContext, now: number, connectionAt: number, sessions: readonly Partial<SessionFact>[]) {
  context.mark = { ...context.mark, startedAt: minute(now), finishedAt: minute(now) + 420 }
  const goodAt = (n: number, everyMs: number) => ({ at: minute(n), readAt: minute(n) + 300, everyMs })
  context.lastGoodPolls = {
    [formatPollKey(GATEWAY, '', 'peers')]: goodAt(now, MINUTE),
    [formatPollKey(CONNECTION, '', 'connection')]: goodAt(connectionAt, 15 * MINUTE),
  }
  ensureResourceState(context, GATEWAY).sessions = Object.fromEntries(
    sessions.map((one, n) => [`10.0.5.${4 + n}`, createLongEstablishedSession(`10.0.5.${4 + n}`, NEIGHBOR, one)]),
  )
  applyTunnelRules(context)
  return listLiveEvents(context)
    .filter(({ event }) => event.kind === 'tunnel_down')
    .map(({ event: { subject, started, ended } }) => ({ subject, started, ended }))
}

function lostTunnels(): DetectionContext {
  const { context } = createEvaluationStageTestInput({ kind: 'peers', scope: GATEWAY })
  context.topology = {
    ...context.topology,
    gateways: [{ scope: GATEWAY, kind: 'vpn', circuits: [] }] as unknown as DetectionContext['topology']['gateways'],
    connections: [
      { scope: CONNECTION, gateway: GATEWAY, circuit: null, weight: null, name: CONNECTION, neighbor: NEIGHBOR },
    ],
  }
  const down = { state: 'down', since: { earliest: minute(-5), latest: minute(0) } } as const
  for (const name of TUNNELS) ensureResourceState(context, CONNECTION).tunnels[name] = down
  expect(poll(context, 0, 0, [{ level: 'down' }, { level: 'down' }])).toHaveLength(2)
  return context
}

it('tunnels are up as soon as all BGP sessions over them are up, before the connection is polled again', () => {
  const context = lostTunnels()
  expect(poll(context, 6, 0, [{ since: at(5) }, { level: 'down' }]).filter(({ ended }) => ended)).toEqual([])
  expect(poll(context, 7, 0, [{ since: at(5) }, { since: at(6) }]).map(({ ended }) => ended)).toEqual([at(6), at(6)])
})

it('a tunnel that is lost again before the connection is polled has a second event', () => {
  const context = lostTunnels()
  poll(context, 7, 0, [{ since: at(5) }, { since: at(6) }])
  expect(poll(context, 14, 0, [{ since: at(5) }, { level: 'down' }])).toHaveLength(2)
  // the poll of the connection shows one tunnel up, and the other one still down
  const { tunnels } = ensureResourceState(context, CONNECTION)
  tunnels[TUNNELS[0] ?? ''] = { state: 'up', since: { earliest: minute(0), latest: minute(15) } }
  const [, , second, ...others] = poll(context, 15, 15, [{ since: at(5) }, { level: 'down' }])
  expect(second).toEqual({
    subject: TUNNELS[1],
    started: { earliest: minute(7), latest: minute(15) + 420 },
    ended: null,
  })
  expect(others).toEqual([])
})

it('sessions that stayed up while a poll of the connection shows a tunnel down prove nothing', () => {
  const context = lostTunnels()
  expect(poll(context, 7, 6, [{ since: at(5) }, { since: at(5) }]).filter(({ ended }) => ended)).toEqual([])
})
