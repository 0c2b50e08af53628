import { expect, it } from 'vitest'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimeline } from '#lib/poller/memory/testing/timeline.ts'
import { createTwoCircuitEstate, t2v } from '../../../testing/estates.ts'
import { announceSimulatedPrefixes, withdrawSimulatedPrefixes } from '../../../testing/happenings.ts'
import type { SimulatedEstate } from '../../../testing/world.ts'

const LON = ['10.0.4.4', '10.0.4.5']

/**
 * Returns a topology in which the VPN gateway has a network that is not peered with the network of the ExpressRoute
 * gateway.
 */
function apart(): SimulatedEstate {
  const world = t2v()
  world.gateway('vpngw-hub').vnets = ['10.150.0.0/16']
  return world
}

const announced = (world: () => SimulatedEstate, prefix: string): TestTimeline => ({
  world,
  from: '9:50',
  to: '10:20',
  truth: [
    { at: '10:00:25', do: (own) => announceSimulatedPrefixes(own, LON, [prefix], [65001]) },
    { at: '10:08:25', do: (own) => withdrawSimulatedPrefixes(own, LON, [prefix]) },
  ],
})

it.each([
  {
    name: 'its own space: system routes win',
    world: createTwoCircuitEstate,
    prefix: '10.100.8.0/22',
    severity: 'minor',
  },
  { name: "another network's: nothing stands against it", world: apart, prefix: '10.150.8.0/22', severity: 'major' },
])('a gateway learns $name', async ({ world, prefix, severity }) => {
  const { events } = await runTestTimeline(announced(world, prefix))
  expect([...events].filter(({ kind }) => kind === 'own_space_heard')).toMatchObject([{ subject: prefix, severity }])
})

it('no path changes by what is announced and withdrawn inside its own space', async () => {
  const { events } = await runTestTimeline(announced(createTwoCircuitEstate, '10.100.8.0/22'))
  expect([...events].map(({ kind }) => kind)).toEqual(['own_space_heard'])
})
