'use client'

import { useGateways } from '../data/index.ts'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { AsOf } from '../ui/time.tsx'
import { GatewayTable } from './gateway-table.tsx'

export function GatewaysPage() {
  const gateways = useGateways()
  return (
    <>
      <PageHead
        title="Gateways"
        aside={gateways.data && <AsOf asOf={gateways.data.asOf} freshness={gateways.data.freshness} />}
      >
        ExpressRoute and VPN gateways with their instances, worst first.
      </PageHead>
      <Panel title="All gateways" flush>
        <AnswerView query={gateways} skeleton={<SkeletonRows rows={6} height="3.25rem" />}>
          {({ data }) => <GatewayTable gateways={data} />}
        </AnswerView>
      </Panel>
    </>
  )
}
