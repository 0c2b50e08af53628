'use client'

import { useEndpoint } from '../data/index.ts'
import { ListPage } from '../resource-page/list-page.tsx'
import { CircuitTable } from './circuit-table.tsx'

export function CircuitsPage() {
  return (
    <ListPage
      query={useEndpoint('circuits')}
      title="Circuits"
      all="All circuits"
      words="ExpressRoute circuits and their two paths, worst first."
      rows={8}
    >
      {(circuits) => <CircuitTable circuits={circuits} />}
    </ListPage>
  )
}
