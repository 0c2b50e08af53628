'use client'

import { useMemo } from 'react'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { StateStrip, useSessionStrips } from '../timeline/session-strips.tsx'
import { nameColumn, NothingFound } from '../resource-page/parts.tsx'
import { Glyph } from '../ui/drawing/glyph.tsx'
import { Status, statusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { type Column, compareValues } from '../ui/table/features.ts'
import { gatewayStatus, gatewaysWorstFirst, instanceStatus } from '../ui/words.ts'
import { trafficColumn } from '../uptime/traffic-column.tsx'
import { uptimeColumn } from '../uptime/uptime-column.tsx'
import { UptimeLengthChoice } from '../uptime/uptime-length.tsx'
import { useGatewayDayRates } from '../uptime/use-day-rates.ts'
import { useUptime } from '../uptime/use-uptime.ts'
import { kindWords, skuWords } from './gateway-words.ts'

const columns: Column<Gateway>[] = [
  nameColumn('Gateway', 'gateways', ({ location, vnet }) => [location, vnet]),
  {
    id: 'state',
    header: 'State',
    value: ({ state, unconfirmedSince }) => statusText(gatewayStatus(state, unconfirmedSince)),
    exported: [
      { header: 'State', value: ({ state, unconfirmedSince }) => statusText(gatewayStatus(state, unconfirmedSince)) },
      { header: 'Reason', value: ({ reason }) => reason },
    ],
    compare: (a, b) =>
      gatewaysWorstFirst.indexOf(a.state) - gatewaysWorstFirst.indexOf(b.state) || compareValues(a.name, b.name),
    cell: ({ state, reason, unconfirmedSince }) => (
      <span className="flex flex-col">
        <Status
          {...gatewayStatus(state, unconfirmedSince)}
          {...(unconfirmedSince === null && { className: 'whitespace-nowrap' })}
        />
        {reason && state !== 'healthy' && <span className="max-w-[44ch] min-w-56 text-xs text-ink-2">{reason}</span>}
      </span>
    ),
  },
  { id: 'kind', header: 'Kind', value: ({ kind }) => kindWords(kind), className: 'text-ink-2 whitespace-nowrap' },
  {
    id: 'instances',
    header: 'Instances (sessions up)',
    value: (gateway) => gateway.instances.map((instance) => instanceText(instance, gateway)).join('; '),
    sortable: false,
    cell: (gateway) =>
      gateway.kind in unreported || gateway.instances.length === 0 ? (
        <span className="text-ink-3">{unreported[gateway.kind] ?? 'none polled yet'}</span>
      ) : (
        <span className="flex flex-wrap gap-x-4 gap-y-0.5">
          {gateway.instances.map((instance) => (
            <Instance key={instance.address} instance={instance} gateway={gateway} />
          ))}
        </span>
      ),
  },
  { id: 'connections', header: 'Connections', align: 'right', value: ({ connections }) => connections.length },
  { id: 'sku', header: 'SKU', value: ({ sku }) => skuWords(sku), className: 'text-ink-2 whitespace-nowrap' },
]

/** Kinds of which Azure does not say which instance has which session. */
const unreported: Partial<Record<Gateway['kind'], string>> = {
  vwan: 'not reported by Azure',
  routeServer: 'reported for each peer',
}

type InstanceFacts = Gateway['instances'][number]

function instanceText(instance: InstanceFacts, gateway: Gateway): string {
  const { address, sessionsUp, sessionsExpected, reporting } = instance
  if (reporting === false) return `${address} not reporting`
  const { tone, word } = instanceStatus(instance, gateway)
  return `${address} ${tone === 'unknown' || tone === 'off' ? word : `${sessionsUp}/${sessionsExpected}`}`
}

function Instance({ instance, gateway }: { instance: InstanceFacts; gateway: Gateway }) {
  const { tone, word } = instanceStatus(instance, gateway)
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Glyph tone={tone} />
      <span className="font-mono text-xs">{instance.address}</span>
      <span className="text-xs text-ink-2">{word}</span>
    </span>
  )
}

export function GatewayTable({ gateways }: { gateways: Gateway[] }) {
  const { ofAll } = useSessionStrips(null, null)
  const sessions = useEndpoint('sessions').data?.data
  const { length, of } = useUptime()
  const rates = useGatewayDayRates()
  const withStrip = useMemo(() => {
    const byGateway = Map.groupBy(sessions ?? [], ({ scope }) => scope)
    const pictures = [uptimeColumn<Gateway>(length, ({ id }) => of(id)), trafficColumn<Gateway>(({ id }) => rates(id))]
    return columns.toSpliced(2, 0, ...pictures, {
      id: 'day',
      header: 'Sessions, last 24 h',
      sortable: false,
      value: () => null,
      exported: [],
      cell: ({ id }) => <StateStrip parts={ofAll(byGateway.get(id) ?? [])} />,
    })
  }, [sessions, ofAll, length, of, rates])
  return (
    <DataTable
      name="gateways"
      caption="Gateways"
      columns={withStrip}
      rows={gateways}
      rowKey={({ id }) => id}
      rowTone={({ state }) => gatewayStatus(state).tone}
      defaultSort={byState}
      toolbar={<UptimeLengthChoice />}
      empty={
        <NothingFound title="No gateway found">
          Peerwatch lists the virtual network gateways of each resource group.
        </NothingFound>
      }
    />
  )
}

const byState = { id: 'state', desc: false }
