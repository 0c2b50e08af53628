'use client'

import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ListPage } from '../resource-page/list-page.tsx'
import { CircuitTable } from './circuit-table.tsx'

export function CircuitsPage() {
  return (
    <>
      <ListPage query={useEndpoint('circuits')} title="Circuits" rows={8}>
        {(circuits) => <CircuitTable circuits={circuits} />}
      </ListPage>
      <p className="mt-3 text-sm text-ink-2">
        Links of ExpressRoute Direct ports are on{' '}
        <PageLink href="/ports" className="underline">
          Ports
        </PageLink>
        .
      </p>
    </>
  )
}
