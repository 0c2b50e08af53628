'use client'

import { useCircuits } from '../data/index.ts'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { AsOf } from '../ui/time.tsx'
import { CircuitTable } from './circuit-table.tsx'

export function CircuitsPage() {
  const circuits = useCircuits()
  return (
    <>
      <PageHead
        title="Circuits"
        aside={circuits.data && <AsOf asOf={circuits.data.asOf} freshness={circuits.data.freshness} />}
      >
        ExpressRoute circuits and their two paths, worst first.
      </PageHead>
      <Panel title="All circuits" flush>
        <AnswerView query={circuits} skeleton={<SkeletonRows rows={8} height="3.25rem" />}>
          {({ data }) => <CircuitTable circuits={data} />}
        </AnswerView>
      </Panel>
    </>
  )
}
