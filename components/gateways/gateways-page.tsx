'use client'

import { useEndpoint } from '../data/index.ts'
import { ListPage } from '../resource-page/list-page.tsx'
import { GatewayTable } from './gateway-table.tsx'

export function GatewaysPage() {
  return (
    <ListPage query={useEndpoint('gateways')} title="Gateways" rows={6}>
      {(gateways) => <GatewayTable gateways={gateways} />}
    </ListPage>
  )
}
