'use client'

import { useQueries } from '@tanstack/react-query'
import Link from 'next/link'
import type { Circuit, Session } from '#lib/contract/index.ts'
import { ChangesPanel } from '../changes/changes-panel.tsx'
import { sessionsQuery, useCircuit, useEvents, useSessions } from '../data/index.ts'
import { EventList } from '../events/event-list.tsx'
import { formatBandwidth } from '../format/quantity.ts'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Facts, PageHead, Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { AsOf } from '../ui/time.tsx'
import { redundancyStatus } from '../ui/words.ts'
import { UsagePanel } from '../usage/usage-panel.tsx'
import { planWords } from './circuit-table.tsx'
import { CircuitConnections } from './connections.tsx'
import { PathPanel } from './path-panel.tsx'
import { Peerings } from './peerings.tsx'
import { callWords, redundancyWords } from './redundancy-words.ts'

export function CircuitPage({ id }: { id: string }) {
  const circuit = useCircuit(id)
  return (
    <AnswerView query={circuit} skeleton={<CircuitSkeleton />} dimLate>
      {({ data, asOf, freshness }) => (
        <>
          <PageHead
            title={data.name}
            eyebrow={
              <>
                <Link href="/circuits" className="link">
                  Circuits
                </Link>
                {data.resourceGroup && ` / ${data.resourceGroup}`}
              </>
            }
            status={<Status {...redundancyStatus(data.redundancy)} />}
            aside={<AsOf asOf={asOf} freshness={freshness} />}
          >
            {redundancyWords(data)}
          </PageHead>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <Paths circuit={data} />
            <UsagePanel circuit={data} />
            <Panel
              title="Circuit"
              aside={
                <CopyButton text={data.resourceId} label="Copy the ARM id">
                  ARM id
                </CopyButton>
              }
            >
              <Facts facts={circuitFacts(data)} />
            </Panel>
            <div className="grid items-start gap-4 xl:grid-cols-2">
              <Peerings peerings={data.peerings} />
              <CircuitConnections connections={data.connections} />
            </div>
            <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-2">
              <CircuitEvents scope={id} />
              <ChangesPanel scopes={[data.id, ...data.connections.map((connection) => connection.id)]} />
            </div>
          </div>
        </>
      )}
    </AnswerView>
  )
}

function Paths({ circuit }: { circuit: Circuit }) {
  const own = useSessions({ scope: circuit.id })
  const gatewayIds = [...new Set(circuit.connections.flatMap(({ gatewayId }) => gatewayId ?? []))]
  const beyond = useQueries({ queries: gatewayIds.map((scope) => sessionsQuery({ scope })) })
  const sessions: Session[] = [...(own.data?.data ?? []), ...beyond.flatMap(({ data }) => data?.data ?? [])]
  const gateways = new Map(
    circuit.connections.flatMap(({ gatewayId, gatewayName }) => (gatewayId ? [[gatewayId, gatewayName]] : [])),
  )
  if (circuit.paths.length === 0) {
    return (
      <Panel title="Paths">
        <p className="text-ink-2">
          This circuit has no private peering, so it has no paths to watch. Configure the peering, or ask the provider
          to.
        </p>
      </Panel>
    )
  }
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      {circuit.paths.map((path) => (
        <PathPanel key={path.path} path={path} circuit={circuit} sessions={sessions} gateways={gateways} />
      ))}
    </div>
  )
}

const circuitFacts = (circuit: Circuit): [string, React.ReactNode][] => [
  ['Peering location', circuit.peeringLocation],
  ['Provider', circuit.provider],
  ['Connectivity', callWords(circuit.connectivity)],
  ['Bandwidth', circuit.bandwidthMbps === null ? null : `${formatBandwidth(circuit.bandwidthMbps)} on each path`],
  ['SKU', [circuit.sku.tier, planWords(circuit.sku.family)].filter(Boolean).join(', ') || null],
  ['Circuit state', circuit.provisioning.circuit],
  ['Provider state', circuit.provisioning.provider],
  ['Region', circuit.location],
  ['S-tag', circuit.stag],
  ['Service key', circuit.serviceKey && <span className="font-mono">{circuit.serviceKey}</span>],
  ['Global Reach', circuit.globalReachEnabled === null ? null : circuit.globalReachEnabled ? 'enabled' : 'not enabled'],
  [
    'Subscription',
    <span key="subscription" className="font-mono text-xs break-all">
      {circuit.subscriptionId}
    </span>,
  ],
]

function CircuitEvents({ scope }: { scope: string }) {
  const events = useEvents({ scope, limit: 20 })
  return (
    <Panel
      title="Events of this circuit"
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

function CircuitSkeleton() {
  return (
    <>
      <div className="mb-4 h-[4.25rem]">
        <span className="skeleton block h-3 w-24" />
        <span className="skeleton mt-2 block h-6 w-64" />
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        <div className="skeleton h-96" />
        <div className="skeleton h-96" />
      </div>
    </>
  )
}
