import { describe, expect, it } from 'vitest'
import { createTwoCircuitEstate } from '../../testing/estates.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  type ArmResponseFaultPeriod,
} from '#lib/poller/memory/testing/timeline.ts'
import { endSimulatedCustomerSession, startSimulatedCustomerSession } from '../../testing/happenings.ts'

const cePrimary: TestTimelineChange = {
  at: '10:00:30',
  do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary'),
}
const disables: TestTimelineChange = {
  at: '10:02:20',
  do: (world) => {
    const circuit = world.circuits.get('ckt-lon')
    if (circuit) circuit.intent.provider = 'NotProvisioned'
  },
}

/** Returns the current root of each incident, and its earlier roots. */
async function rootsOf(truth: TestTimelineChange[], collector: ArmResponseFaultPeriod[] = []) {
  const engine = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:20', truth, collector })
  const own = engine.incidents.filter(({ scope }) => scope === 'ckt-lon')
  return own.map(({ root, formerRoots = [], closedAt }) => ({
    isClosed: closedAt !== null,
    root: engine.event(root)?.kind,
    former: formerRoots.map((one) => ({ kind: engine.event(one.root)?.kind, until: one.until })),
  }))
}

const returns: TestTimelineChange = {
  at: '10:01:50',
  do: (world, at) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', at),
}
const disabledBefore: TestTimelineChange = {
  at: '10:00:20',
  do: (world) => {
    const circuit = world.circuits.get('ckt-lon')
    if (circuit) circuit.intent.peering = 'Disabled'
  },
}
/** The inventory cannot be polled until long after the incident is closed. */
const listedLate: ArmResponseFaultPeriod = {
  kind: 'inventory',
  from: '10:00:00',
  until: '10:12:00',
  outcome: 'timeout',
}

describe('the root of an incident', () => {
  it('has no history while nothing better is known', async () => {
    expect(await rootsOf([cePrimary])).toEqual([{ isClosed: false, root: 'path_down', former: [] }])
  })

  it('keeps what it was held to be when evidence that came later explains more', async () => {
    const [incident] = await rootsOf([cePrimary, disables])
    expect(incident?.root).toBe('provider_state_changed')
    expect(incident?.former.map(({ kind }) => kind)).toEqual(['path_down'])
    const [former] = incident?.former ?? []
    expect(former?.until).toBeGreaterThan(parseTimeOfSimulatedDay('10:00:30'))
  })

  it('is found in what is read after it has closed, and does not open it again', async () => {
    const [incident, ...others] = await rootsOf([disabledBefore, cePrimary, returns], [listedLate])
    expect(others).toEqual([])
    expect(incident).toMatchObject({ isClosed: true, root: 'peering_disabled', former: [{ kind: 'path_down' }] })
  })

  it('stays the failure with which the incident began when a later act causes the next failure', async () => {
    const back: TestTimelineChange = {
      at: '10:05:50',
      do: (world, at) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', at),
    }
    const off: TestTimelineChange = { ...disabledBefore, at: '10:09:10' }
    const again: TestTimelineChange = { ...cePrimary, at: '10:09:20' }
    const late: ArmResponseFaultPeriod = { kind: 'inventory', from: '10:02:00', until: '10:11:00', outcome: 'timeout' }
    const [incident, ...others] = await rootsOf([cePrimary, back, off, again], [late])
    expect(others).toEqual([])
    expect(incident?.root).toBe('path_down')
  })
})
