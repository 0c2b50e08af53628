import { expect, it } from 'vitest'
import type { CostProjection } from '../api/index.ts'
import type { CostCircuit } from './circuits/circuit-inputs.ts'
import { listPremiumReasons } from './circuits/circuit-links.ts'
import { buildCircuitUse } from './unused-resources.ts'

const gateway = (name: string, location: string | null) => ({ name, location }) as CostCircuit['hubGateways'][number]
const link = (of: CostCircuit['hubGateways'][number] | null) => ({
  connectionId: 'cxn',
  connectionName: 'cxn',
  fastPath: null,
  gateway: of,
})
const near = gateway('ergw-hub', 'uksouth')

it.each<[string, Partial<CostCircuit & { peeringLocation: string }>, string[] | null]>([
  ['nothing that is read', { linked: [link(near)] }, null],
  [
    'a hub in another geopolitical region',
    { hubGateways: [gateway('hub-san-er', 'southafricanorth')] },
    ['it is connected to hub-san-er in South Africa, and Standard reaches no further than Europe'],
  ],
  [
    'a network in another geopolitical region',
    { linked: [link(gateway('ergw-us', 'East US'))] },
    ['it is connected to ergw-us in North America, and Standard reaches no further than Europe'],
  ],
  [
    'the Government cloud, at a place of North America',
    { peeringLocation: 'Chicago', linked: [link(gateway('ergw-gov', 'usgovvirginia'))] },
    null,
  ],
  [
    'the other region of China',
    { peeringLocation: 'Beijing2', linked: [link(gateway('ergw-east', 'chinaeast2'))] },
    ['it is connected to ergw-east in China East, and Standard reaches no further than China North'],
  ],
  ['a hub in a region that is not listed', { hubGateways: [gateway('hub-er', 'nowhere')] }, null],
  ['a gateway that is not in sight', { linked: [link(null)] }, null],
  [
    'networks and hubs together beyond the limit',
    { linked: Array.from({ length: 9 }, () => link(near)), hubGateways: [near, near] },
    ['it is linked to 11 networks, where Standard takes 10'],
  ],
])('%s', (_, standing, needs) => {
  expect(listPremiumReasons({ linked: [], hubGateways: [], peeringLocation: 'London2', ...standing })).toEqual(needs)
})

it.each<[string, Pick<CostCircuit, 'linked' | 'hubGateways'>, number]>([
  ['no gateway', { linked: [], hubGateways: [] }, 0],
  ['a gateway of a Virtual WAN hub only', { linked: [], hubGateways: [near] }, 1],
  ['a gateway of a network that is not visible', { linked: [link(null)], hubGateways: [] }, 1],
  ['gateways of both kinds', { linked: [link(near)], hubGateways: [near] }, 2],
])('a circuit is linked to %s', (_, links, connections) => {
  const circuit = { resource: near, provisioning: { provider: 'Provisioned' }, ...links } as unknown as CostCircuit
  expect(buildCircuitUse(circuit, { p95Mbps: null } as unknown as CostProjection)).toMatchObject({ connections })
})
