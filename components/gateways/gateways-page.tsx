'use client'

import { useEndpoint } from '../data/index.ts'
import { ResourceListPage } from '../resource-page/list-page.tsx'
import { GatewayTable } from './gateway-table.tsx'

export function GatewaysPage() {
  return (
    <ResourceListPage query={useEndpoint('gateways')} title="Gateways" rows={6}>
      {(gateways) => <GatewayTable gateways={gateways} />}
    </ResourceListPage>
  )
}
