'use client'

import { useEndpointQuery } from '../data/index.ts'
import { ResourceListPage } from '../resource-page/list-page.tsx'
import { GatewayTable } from './gateway-table.tsx'

export function GatewaysPage() {
  return (
    <ResourceListPage query={useEndpointQuery('gateways')} title="Gateways" rows={6}>
      {(gateways) => <GatewayTable gateways={gateways} />}
    </ResourceListPage>
  )
}
