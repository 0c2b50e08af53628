import { expect, it } from 'vitest'
import { listResourceIdsForChanges } from './change-scopes.ts'

const NETWORK = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network'

it('asks for a circuit and the connections that are resources, not for those inside of a gateway of a hub', () => {
  const connections = [
    { id: 'own', resourceId: `${NETWORK}/connections/cxn-hub` },
    { id: 'in-hub', resourceId: `${NETWORK}/expressRouteGateways/ergw-vhub/expressRouteConnections/conn` },
  ]
  expect(listResourceIdsForChanges({ id: 'circuit', connections })).toEqual(['circuit', 'own'])
})
