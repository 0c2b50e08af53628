'use client'

import { gatewayStates, redundancies } from '#lib/contract/index.ts'
import { estateMapOf } from '../map/estate-map.ts'
import { MapDrawing } from '../map/map-drawing.tsx'
import { MapList } from '../map/map-list.tsx'
import { circuitFact, gatewayFact, networkFact } from '../map/sample-facts.ts'
import { Panel } from '../ui/panel.tsx'

const gateways = gatewayStates.map((state) =>
  gatewayFact(state, { state, ...(state === 'healthy' && { tunnels: { 'a-tunnel': 'NotConnected' } }) }),
)

/** Every state that a circuit, a gateway and a peering can be in. */
const states = estateMapOf({
  circuits: redundancies.map((redundancy, index) =>
    circuitFact(redundancy, {
      redundancy,
      location: index < 3 ? 'London' : 'Amsterdam',
      gateways: [gatewayStates[index] ?? 'healthy'],
    }),
  ),
  gateways,
  networks: [
    networkFact('hub', {
      gateways: ['healthy', 'isolated'],
      peers: { spoke: { allowGatewayTransit: true }, broken: { state: 'Disconnected' }, untold: { state: null } },
    }),
    networkFact('spoke', { peers: { hub: { useRemoteGateways: true } } }),
  ],
  sites: [{ name: 'dc-london', home: 'redundant', prefixes: [], routers: [] }],
})

/** More circuits than fit one by one. */
const many = estateMapOf({
  circuits: Array.from({ length: 60 }, (_, index) =>
    circuitFact(`circuit-${index}`, {
      location: `Location ${index % 7}`,
      redundancy: index % 20 === 3 ? 'reduced' : 'redundant',
      gateways: [gatewayStates[index % gatewayStates.length] ?? 'healthy'],
    }),
  ),
  gateways,
  networks: [],
  sites: [],
})

export function MapSamples() {
  return (
    <>
      <Panel title="Estate map, every state">
        <MapDrawing map={states} />
      </Panel>
      <Panel title="Estate map, 60 circuits">
        <MapDrawing map={many} />
      </Panel>
      <Panel title="Estate map as a list">
        <MapList map={states} />
      </Panel>
    </>
  )
}
