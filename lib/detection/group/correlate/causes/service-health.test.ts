import { describe, expect, it } from 'vitest'
import type { ServiceHealthNotice } from '#lib/contract/index.ts'
import { HUB_GATEWAY_NAME, createTwoCircuitEstate } from '../../../testing/estates.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import { parseTimeOfSimulatedDay } from '#lib/poller/memory/testing/timeline.ts'
import { endSimulatedCustomerSession, startSimulatedCustomerSession } from '../../../testing/happenings.ts'
import type { SimulatedEstate } from '../../../testing/world.ts'

const WORK: ServiceHealthNotice = {
  trackingId: 'BC_1-FXZ',
  type: 'maintenance',
  title: 'Planned maintenance: ExpressRoute',
  service: 'ExpressRoute',
  region: 'Global',
  stage: 'InProgress',
  from: parseTimeOfSimulatedDay('9:55:00'),
  to: parseTimeOfSimulatedDay('10:30:00'),
  text: 'Microsoft will update ExpressRoute edge equipment in London.',
}

type Happening = { at: string; do: (world: SimulatedEstate, at: number) => void }

/** Returns a step at which this notice appears in the log. */
const reported = (at: string, notice: Partial<ServiceHealthNotice> = {}): Happening => ({
  at,
  do: (world) =>
    void world.activity.push({
      eventDataId: `h${at}`,
      correlationId: null,
      at: parseTimeOfSimulatedDay('9:55:00'),
      submittedAt: null,
      operation: 'Microsoft.ServiceHealth/maintenance/action',
      status: 'Active',
      resourceId: '/subscriptions/s',
      caller: null,
      category: 'ServiceHealth',
      health: { ...WORK, ...notice },
    }),
})
const primaryFalls: Happening = {
  at: '10:00:30',
  do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary'),
}
const primaryReturns: Happening = {
  at: '10:12:30',
  do: (world, at) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', at),
}
const bothFall: Happening = {
  at: '10:00:30',
  do: (world) => {
    endSimulatedCustomerSession(world, 'ckt-lon', 'primary')
    endSimulatedCustomerSession(world, 'ckt-lon', 'secondary')
  },
}
const instanceFalls: Happening = {
  at: '10:00:30',
  do: (world) => void world.gateway(HUB_GATEWAY_NAME).silent.add('10.0.4.13'),
}

/** Returns the likeliest cause of the first event of a kind at the end of the run. */
async function causeOf(kind: string, truth: Happening[], to = '10:30'): Promise<string> {
  const engine = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to, truth })
  const event = engine.events.find((one) => one.kind === kind)
  const [cause] = event?.causes ?? []
  return `${cause?.class} ${cause?.confidence}`
}

describe('what Service Health reports', () => {
  it.each<[string, string, Happening[], string, string?]>([
    ['nothing', 'path_down', [primaryFalls], 'customer_bgp 0.7'],
    ['of work where the circuit lands', 'path_down', [reported('9:56:00'), primaryFalls], 'msee_maintenance 0.97'],
    [
      'of work that names the circuit',
      'path_down',
      [reported('9:56:00', { text: 'Circuit ckt-lon: the primary connection' }), primaryFalls],
      'msee_maintenance 0.97',
    ],
    [
      'of work elsewhere',
      'path_down',
      [reported('9:56:00', { text: 'edge equipment in Amsterdam' }), primaryFalls],
      'customer_bgp 0.7',
    ],
    ['of another region', 'path_down', [reported('9:56:00', { region: 'UK South' }), primaryFalls], 'customer_bgp 0.7'],
    [
      'of another service',
      'path_down',
      [reported('9:56:00', { service: 'SQL Database' }), primaryFalls],
      'customer_bgp 0.7',
    ],
    [
      'of work that is only planned',
      'path_down',
      [reported('9:56:00', { stage: 'Planned' }), primaryFalls],
      'customer_bgp 0.7',
    ],
    [
      'of work on another day',
      'path_down',
      [
        reported('9:56:00', { from: parseTimeOfSimulatedDay('4:00:00'), to: parseTimeOfSimulatedDay('5:00:00') }),
        primaryFalls,
      ],
      'customer_bgp 0.7',
    ],
    [
      'of work on edge routers, which never takes both paths',
      'circuit_down',
      [reported('9:56:00'), bothFall],
      'customer_bgp 0.7',
    ],
    [
      'nothing about an instance',
      'gateway_instance_lost',
      [instanceFalls],
      'gateway_instance_maintenance 0.6',
      '10:15',
    ],
    [
      'of work on the gateway',
      'gateway_instance_lost',
      [reported('9:56:00', { text: `Gateway ${HUB_GATEWAY_NAME} will be updated.` }), instanceFalls],
      'gateway_instance_maintenance 0.97',
    ],
    ['late, while it goes on', 'path_down', [primaryFalls, reported('10:20:00')], 'msee_maintenance 0.97'],
    [
      'late, within an hour of its end',
      'path_down',
      [primaryFalls, primaryReturns, reported('11:05:00')],
      'msee_maintenance 0.97',
      '11:20',
    ],
    ['too late', 'path_down', [primaryFalls, primaryReturns, reported('11:25:00')], 'customer_bgp 0.7', '11:40'],
  ])('%s', async (_, kind, truth, expected, to) => expect(await causeOf(kind, truth, to)).toBe(expected))

  it('is shown as evidence, once however often it is reported', async () => {
    const truth = [reported('9:56:00'), primaryFalls, reported('10:10:00', { stage: 'Active' })]
    const engine = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:30', truth })
    const event = engine.events.find(({ kind }) => kind === 'path_down')
    expect(event?.causes[0]?.evidence).toMatchObject([
      { field: 'Service Health', after: expect.stringContaining('BC_1-FXZ') },
    ])
  })
})
