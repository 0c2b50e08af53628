'use client'

import dynamic from 'next/dynamic'
import { notFound } from 'next/navigation'
import type { ComponentType } from 'react'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

/**
 * Components of snapshot pages, by the first part of the page's path. The browser chooses and loads the component,
 * because a choice on the server would load the scripts of all kinds.
 */
const kinds: Record<string, ComponentType<{ id: string }>> = createSafeLookupTable({
  incidents: dynamic(() => import('#components/incidents/incident-page.tsx').then((part) => part.IncidentPage)),
  circuits: dynamic(() => import('#components/circuits/circuit-page.tsx').then((part) => part.CircuitPage)),
  gateways: dynamic(() => import('#components/gateways/gateway-page.tsx').then((part) => part.GatewayPage)),
  routes: dynamic(() => import('#components/routes/routes-page.tsx').then((part) => part.RoutesPage)),
  cost: dynamic(() => import('#components/cost/cost-page.tsx').then((part) => part.CostPage)),
  handover: dynamic(() => import('#components/handover/handover-page.tsx').then((part) => part.ShiftHandoverPage)),
})

/**
 * Content of a snapshot, that is, of a page at a fixed time.
 * @param page path of the original page, for example `/circuits/ID`
 */
export function SnapshotContent({ page }: { page: string }) {
  const [, kind = '', id = ''] = page.split('/').map(decodeURIComponent)
  const Content = kinds[kind]
  return Content ? <Content id={id} /> : notFound()
}
