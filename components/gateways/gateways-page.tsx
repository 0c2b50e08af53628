'use client'

import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ListPage } from '../resource-page/list-page.tsx'
import { GatewayTable } from './gateway-table.tsx'

export function GatewaysPage() {
  return (
    <>
      <ListPage query={useEndpoint('gateways')} title="Gateways" rows={6}>
        {(gateways) => <GatewayTable gateways={gateways} />}
      </ListPage>
      <p className="mt-3 text-sm text-ink-2">
        Hubs of Virtual WANs and Route Servers are on{' '}
        <PageLink href="/hubs" className="underline">
          Hubs
        </PageLink>
        .
      </p>
    </>
  )
}
