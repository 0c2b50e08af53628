'use client'

import Link from 'next/link'
import type { Gateway } from '#lib/contract/index.ts'
import { Empty } from '../ui/answer-view.tsx'
import { Glyph } from '../ui/glyph.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { gatewayStatus } from '../ui/words.ts'
import { kindWords, skuWords } from './gateway-words.ts'

const worstFirst: Gateway['state'][] = [
  'isolated',
  'instance_lost',
  'peer_lost',
  'partial',
  'unknown',
  'changing',
  'healthy',
]

const columns: Column<Gateway>[] = [
  {
    id: 'name',
    header: 'Gateway',
    value: ({ name }) => name,
    cell: ({ id, name, location, vnet }) => (
      <span className="flex min-w-36 flex-col">
        <Link href={`/gateways/${id}`} className="link w-fit font-medium">
          {name}
        </Link>
        <span className="text-xs text-ink-3">{[location, vnet].filter(Boolean).join(' · ')}</span>
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => gatewayStatus(state).word,
    compare: (a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state) || a.name.localeCompare(b.name),
    cell: ({ state, reason }) => (
      <span className="flex flex-col">
        <Status {...gatewayStatus(state)} className="whitespace-nowrap" />
        {reason && state !== 'healthy' && <span className="max-w-[44ch] min-w-56 text-xs text-ink-2">{reason}</span>}
      </span>
    ),
  },
  { id: 'kind', header: 'Kind', value: ({ kind }) => kindWords(kind), className: 'text-ink-2 whitespace-nowrap' },
  {
    id: 'instances',
    header: 'Instances (sessions up)',
    value: ({ instances }) => instances.map((instance) => instanceText(instance)).join('; '),
    sortable: false,
    cell: ({ instances }) =>
      instances.length === 0 ? (
        <span className="text-ink-3">none seen yet</span>
      ) : (
        <span className="flex flex-wrap gap-x-4 gap-y-0.5">
          {instances.map((instance) => (
            <Instance key={instance.address} instance={instance} />
          ))}
        </span>
      ),
  },
  { id: 'connections', header: 'Connections', align: 'right', value: ({ connections }) => connections.length },
  { id: 'sku', header: 'SKU', value: ({ sku }) => skuWords(sku), className: 'text-ink-2 whitespace-nowrap' },
]

const instanceText = ({ address, sessionsUp, sessionsExpected, reporting }: Gateway['instances'][number]) =>
  `${address} ${reporting === false ? 'does not report' : `${sessionsUp}/${sessionsExpected}`}`

function Instance({ instance }: { instance: Gateway['instances'][number] }) {
  const { address, reporting, sessionsUp, sessionsExpected } = instance
  const tone =
    reporting !== true ? 'unknown' : sessionsUp >= sessionsExpected ? 'up' : sessionsUp === 0 ? 'down' : 'degraded'
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Glyph tone={tone} />
      <span className="font-mono text-xs">{address}</span>
      <span className="text-xs text-ink-2">
        {reporting === false ? 'does not report' : `${sessionsUp} of ${sessionsExpected}`}
      </span>
    </span>
  )
}

export function GatewayTable({ gateways }: { gateways: Gateway[] }) {
  return (
    <DataTable
      name="gateways"
      caption="Gateways"
      columns={columns}
      rows={gateways}
      rowKey={({ id }) => id}
      rowTone={({ state }) => gatewayStatus(state).tone}
      defaultSort={byState}
      empty={
        <Empty title="No gateway found">
          Peerwatch asks each resource group for its virtual network gateways. Look at{' '}
          <Link href="/sources" className="link">
            Sources
          </Link>{' '}
          for a list that was refused.
        </Empty>
      }
    />
  )
}

const byState = { id: 'state', desc: false }
