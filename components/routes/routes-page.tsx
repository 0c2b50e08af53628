'use client'

import { PageHead } from '../ui/panel.tsx'
import { RouteTable } from './route-table.tsx'

export function RoutesPage() {
  return (
    <>
      <PageHead title="Routes">
        What gateways learn and advertise, and what each circuit path holds, now or as of a moment.
      </PageHead>
      <RouteTable title="Routes" />
    </>
  )
}
