import { describe, expect, it } from 'vitest'
import type { TimestampBounds } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../model/context.ts'
import type { NetworkPeeringLink, NetworkPeeringSideState } from '../../model/topology.ts'
import { createEvaluationStageTestInput } from '../../testing/scene.ts'
import { buildSimulatedArmId } from '../../testing/world.ts'
import { detectNetworkPeeringFaults } from './network-peerings.ts'

const between: TimestampBounds = { earliest: Date.UTC(2030, 2, 4, 10), latest: Date.UTC(2030, 2, 4, 10, 10) }
const sound: NetworkPeeringSideState = { state: 'Connected', sync: 'FullyInSync' }
const gone: NetworkPeeringSideState = { state: 'Disconnected', sync: 'FullyInSync' }
const behind: NetworkPeeringSideState = { state: 'Connected', sync: 'RemoteNotInSync' }

const link = (more: Partial<NetworkPeeringLink> = {}): NetworkPeeringLink => ({
  key: '/spoke',
  name: 'to-spoke',
  remote: 'vnet-spoke',
  own: sound,
  back: sound,
  transit: true,
  ...more,
})

/** Evaluates one inventory after the other; `of` is the network whose configuration changed. */
function folded(...steps: { links: NetworkPeeringLink[]; of?: string }[]): string[] {
  const { context } = createEvaluationStageTestInput({ kind: 'inventory', scope: 'subscription' })
  for (const { links, of = 'vnet-hub' } of steps) {
    context.topology = { ...context.topology, networks: [{ scope: 'vnet-hub', name: 'vnet-hub', links }] }
    const resourceId = buildSimulatedArmId('virtualNetworks', of)
    const change = { type: 'config', op: 'changed', resourceType: 'microsoft.network/virtualnetworks' } as const
    const changes = of === '' ? [] : [{ ...change, resourceId, fields: [], between }]
    detectNetworkPeeringFaults(context, [{ type: 'config', changes }], (id) => id.split('/').at(-1) ?? '')
  }
  return events(context)
}

const events = ({ scopes }: DetectionContext) =>
  Object.values(scopes['vnet-hub']?.live ?? {}).map(
    ({ event: { kind, subject, severity, ended } }) =>
      `${kind.replace('network_peering_', '')} ${subject} ${severity} ${ended ? 'over' : 'open'}`,
  )

const first = { links: [link()], of: '' }

describe('a peering of the network that holds gateways', () => {
  it.each<[string, Partial<NetworkPeeringLink>, string | undefined, string[]]>([
    ['the other side was deleted', { own: gone, back: null }, 'vnet-hub', ['disconnected to-spoke major open']],
    [
      'its own side was deleted',
      { name: 'to-hub', own: null, back: gone },
      'vnet-spoke',
      ['disconnected to-spoke major open'],
    ],
    ['the hub has new address space', { own: behind }, 'vnet-hub', ['out_of_sync to-spoke minor open']],
    ['the spoke has', { back: behind }, 'vnet-spoke', ['out_of_sync to-spoke minor open']],
    [
      'it is disconnected, whatever it says of sync',
      { own: gone, back: behind },
      'vnet-hub',
      ['disconnected to-spoke major open'],
    ],
    ['its settings change', { transit: false }, 'vnet-hub', []],
    ['the other side is not read any more', { back: null, remote: null }, 'vnet-hub', []],
    ['this process read it, and another one polled the change', { own: gone, back: null }, '', []],
  ])('%s', (_, more, of, expected) => {
    expect(folded(first, { links: [link(more)], ...(of !== undefined && { of }) })).toEqual(expected)
  })

  it('without transit it is minor: the other network has others to on-premises', () => {
    const apart = [link({ transit: false })]
    expect(folded({ links: apart, of: '' }, { links: [link({ own: gone, transit: false })] })).toEqual([
      'disconnected to-spoke minor open',
    ])
  })

  it('is no event where it was so when it was first read, not even when something else changes', () => {
    const long = link({ own: gone, back: null })
    expect(folded({ links: [long], of: '' }, { links: [{ ...long, transit: false }] })).toEqual([])
  })

  it('is over when both sides are there again, and when both are gone', () => {
    const down = { links: [link({ own: gone, back: null })] }
    expect(folded(first, down, first, { links: [link()] })).toEqual(['disconnected to-spoke major over'])
    expect(folded(first, down, { links: [] })).toEqual(['disconnected to-spoke major over'])
    // a topology that another process read earlier does not show when the peering ended
    expect(folded(first, down, { links: [], of: '' })).toEqual(['disconnected to-spoke major open'])
  })

  it('goes from one to the other', () => {
    expect(folded(first, { links: [link({ own: behind })] }, { links: [link({ own: gone, back: null })] })).toEqual([
      'out_of_sync to-spoke minor over',
      'disconnected to-spoke major open',
    ])
  })
})
