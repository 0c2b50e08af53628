import { expect, it } from 'vitest'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimelineChange } from '#lib/poller/memory/testing/timeline.ts'
import { createTwoCircuitEstate } from '../../../testing/estates.ts'
import {
  endSimulatedCustomerSession,
  endSimulatedNeighborSessions,
  startSimulatedCustomerSession,
  startSimulatedNeighborSessions,
} from '../../../testing/happenings.ts'

const NEIGHBOR = '10.0.4.4'
const INSTANCE = '10.0.4.12'

const restarts: TestTimelineChange[] = [
  { at: '10:00:20', do: (world) => endSimulatedNeighborSessions(world, NEIGHBOR, [INSTANCE]) },
  { at: '10:00:41', do: (world, when) => startSimulatedNeighborSessions(world, NEIGHBOR, when, [INSTANCE]) },
]
const customerFalls: TestTimelineChange[] = [
  { at: '10:00:05', do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary') },
  { at: '10:02:30', do: (world, when) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', when) },
]

it('a session between a gateway and an edge router that stays down is Microsoft’s once a poll shows the customer’s session up', async () => {
  const falls: TestTimelineChange[] = [
    { at: '10:00:20', do: (world) => endSimulatedNeighborSessions(world, NEIGHBOR, [INSTANCE]) },
  ]
  const causeOf = async (truth: TestTimelineChange[]) => {
    const { events } = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:10', truth })
    return events.find(({ kind, subject }) => kind === 'session_down' && subject === `${INSTANCE}~${NEIGHBOR}`)?.causes
  }
  expect(await causeOf(falls)).toMatchObject([{ class: 'gateway_edge_session', owner: 'microsoft' }])
  expect((await causeOf([...customerFalls, ...falls]))?.map(({ class: name }) => name)).not.toContain(
    'gateway_edge_session',
  )
})

it.each<[string, TestTimelineChange[], string, string]>([
  ['Microsoft’s where the customer’s session stayed up', restarts, 'gateway_edge_session', 'microsoft'],
  [
    'nobody’s where the customer’s router failed meanwhile',
    [...customerFalls, ...restarts],
    'unknown_cause',
    'unknown',
  ],
])('a restart between a gateway and an edge router is %s', async (_, truth, name, owner) => {
  const { events } = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:10', truth })
  const causes = (kind: string) => events.filter((event) => event.kind === kind).map((event) => event.causes[0])
  expect(causes('session_flap')).toMatchObject([{ class: name, owner }])
  if (truth.length > restarts.length) expect(causes('path_down')).toMatchObject([{ owner: 'onprem' }])
})
