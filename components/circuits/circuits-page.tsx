'use client'

import { useEndpointQuery } from '../data/index.ts'
import { ResourceListPage } from '../resource-page/list-page.tsx'
import { CircuitTable } from './circuit-table.tsx'

export function CircuitsPage() {
  return (
    <ResourceListPage query={useEndpointQuery('circuits')} title="Circuits" rows={8}>
      {(circuits) => <CircuitTable circuits={circuits} />}
    </ResourceListPage>
  )
}
