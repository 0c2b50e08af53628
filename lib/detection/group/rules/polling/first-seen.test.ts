import { describe, expect, it } from 'vitest'
import { createTwoCircuitEstate } from '../../../testing/estates.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import { parseTimeOfSimulatedDay, type SimulatedEstate } from '../../../testing/world.ts'

/** Returns the events and incidents of the first minutes of an estate in this state before the first poll. */
async function firstSight(before: (world: SimulatedEstate) => void) {
  const world = () => {
    const made = createTwoCircuitEstate()
    before(made)
    return made
  }
  const engine = await runTestTimeline({ world, from: '9:55', to: '10:05' })
  return { events: engine.events, incidents: engine.incidents }
}

function withoutAms(world: SimulatedEstate): void {
  for (const { circuit, sessions } of world.neighbors) {
    if (circuit === 'ckt-ams') for (const session of Object.values(sessions)) session.up = false
  }
  const ams = world.circuits.get('ckt-ams')
  for (const path of Object.values(ams?.paths ?? {})) {
    path.ce.up = false
    path.ce.upSince = parseTimeOfSimulatedDay('9:20')
  }
}

describe('the first poll of an estate', () => {
  it('shows nothing where everything is well', async () => expect((await firstSight(() => {})).events).toEqual([]))

  it('has an outage of what was up before by its age; what has no age is listed, as no fall and no incident', async () => {
    const { events, incidents } = await firstSight(withoutAms)
    expect(events.map(({ kind, scope, subject }) => `${kind} ${scope} ${subject}`).toSorted()).toEqual([
      'circuit_down ckt-ams AzurePrivatePeering',
      'initial_state ergw-hub ergw-hub',
      'path_down ckt-ams AzurePrivatePeering/primary',
      'path_down ckt-ams AzurePrivatePeering/secondary',
    ])
    // two edge routers, each seen by two instances
    expect(events.find(({ kind }) => kind === 'initial_state')).toMatchObject({ severity: 'info', flags: ['baseline'] })
    expect(events.find(({ kind }) => kind === 'initial_state')?.evidence).toHaveLength(4)
    for (const { started } of events.filter(({ kind }) => kind.endsWith('_down')))
      expect(
        [parseTimeOfSimulatedDay('9:20') - started.earliest, started.latest - parseTimeOfSimulatedDay('9:20')].map(
          (ms) => ms >= 0 && ms < 5_000,
        ),
      ).toEqual([true, true])
    expect(incidents).toHaveLength(1)
  })

  it.each<[string, (world: SimulatedEstate) => void]>([
    ['whose peering is disabled', (world) => intentOf(world, { peering: 'Disabled' })],
    ['that its provider has not provisioned', (world) => intentOf(world, { provider: 'NotProvisioned' })],
    ['that is disabled', (world) => intentOf(world, { circuit: 'Disabled' })],
  ])('says nothing of a circuit %s', async (_, before) => {
    const { events } = await firstSight((world) => {
      withoutAms(world)
      before(world)
    })
    expect(events.filter(({ scope }) => scope === 'ckt-ams')).toEqual([])
  })
})

function intentOf(world: SimulatedEstate, intent: Partial<Record<'circuit' | 'provider' | 'peering', string>>): void {
  const ams = world.circuits.get('ckt-ams')
  if (ams) Object.assign(ams.intent, intent)
}
