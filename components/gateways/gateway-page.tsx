'use client'

import Link from 'next/link'
import type { Gateway } from '#lib/contract/index.ts'
import { ChangesPanel } from '../changes/changes-panel.tsx'
import { useEvents, useGateway, useSessions } from '../data/index.ts'
import { EventList } from '../events/event-list.tsx'
import { RouteTable } from '../routes/route-table.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Facts, PageHead, Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { AsOf } from '../ui/time.tsx'
import { gatewayStatus } from '../ui/words.ts'
import { GatewayConnections } from './connections.tsx'
import { kindWords, skuWords } from './gateway-words.ts'
import { SessionMatrix } from './session-matrix.tsx'
import { SessionStrip } from './session-strip.tsx'

export function GatewayPage({ id }: { id: string }) {
  const gateway = useGateway(id)
  return (
    <AnswerView query={gateway} skeleton={<GatewaySkeleton />} dimLate>
      {({ data, asOf, freshness }) => (
        <>
          <PageHead
            title={data.name}
            eyebrow={
              <>
                <Link href="/gateways" className="link">
                  Gateways
                </Link>
                {data.resourceGroup && ` / ${data.resourceGroup}`}
              </>
            }
            status={<Status {...gatewayStatus(data.state)} />}
            aside={<AsOf asOf={asOf} freshness={freshness} />}
          >
            {data.reason ?? `${kindWords(data.kind)} gateway${data.vnet ? ` in ${data.vnet}` : ''}.`}
          </PageHead>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <Sessions gateway={data} />
            <SessionsOverTime gateway={data} />
            <div className="grid items-start gap-4 xl:grid-cols-2">
              <Panel
                title="Gateway"
                aside={
                  <CopyButton text={data.resourceId} label="Copy the ARM id">
                    ARM id
                  </CopyButton>
                }
              >
                <Facts facts={gatewayFacts(data)} />
              </Panel>
              <GatewayConnections connections={data.connections} />
            </div>
            <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-2">
              <GatewayEvents scope={data.id} />
              <ChangesPanel scopes={[data.id, ...data.connections.map((connection) => connection.id)]} />
            </div>
            <RouteTable scope={data.id} title="Routes" />
          </div>
        </>
      )}
    </AnswerView>
  )
}

function Sessions({ gateway }: { gateway: Gateway }) {
  const sessions = useSessions({ scope: gateway.id })
  return (
    <Panel
      title="BGP sessions"
      flush
      note="instances of the gateway × its neighbors"
      aside={sessions.data && <AsOf asOf={sessions.data.asOf} freshness={sessions.data.freshness} />}
    >
      <AnswerView query={sessions} skeleton={<SkeletonRows rows={5} height="3.75rem" />}>
        {({ data }) => <SessionMatrix gateway={gateway} sessions={data} />}
      </AnswerView>
    </Panel>
  )
}

function SessionsOverTime({ gateway }: { gateway: Gateway }) {
  const sessions = useSessions({ scope: gateway.id })
  return <SessionStrip gateway={gateway} siblings={sessions.data?.data ?? []} />
}

const gatewayFacts = (gateway: Gateway): [string, React.ReactNode][] => [
  ['Kind', kindWords(gateway.kind)],
  ['SKU', skuWords(gateway.sku)],
  ['ASN', gateway.asn],
  ['Virtual network', gateway.vnet],
  ['Active-active', gateway.activeActive === null ? null : gateway.activeActive ? 'yes' : 'no'],
  ['Provisioning', gateway.provisioningState],
  ['Region', gateway.location],
  [
    'Subscription',
    <span key="subscription" className="font-mono text-xs break-all">
      {gateway.subscriptionId}
    </span>,
  ],
]

function GatewayEvents({ scope }: { scope: string }) {
  const events = useEvents({ scope, limit: 20 })
  return (
    <Panel
      title="Events of this gateway"
      flush
      aside={
        <Link href={`/events?scope=${encodeURIComponent(scope)}`} className="link text-xs text-ink-2">
          In the ledger
        </Link>
      }
    >
      <AnswerView query={events} skeleton={<SkeletonRows rows={3} />}>
        {({ data }) => <EventList events={data} />}
      </AnswerView>
    </Panel>
  )
}

function GatewaySkeleton() {
  return (
    <>
      <div className="mb-4 h-[4.25rem]">
        <span className="skeleton block h-3 w-24" />
        <span className="skeleton mt-2 block h-6 w-64" />
      </div>
      <div className="skeleton h-80" />
    </>
  )
}
