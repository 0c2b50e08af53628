import { useMemo } from 'react'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { useCustomerLookup } from '../data/use-customer-lookup.ts'
import { SessionStateStrip, useSessionStrips } from '../timeline/session-strips.tsx'
import { buildNameColumn, EmptyResourceList } from '../resource-page/page-parts.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'
import { StateLabel, formatStatusText } from '../ui/status.tsx'
import { TwoLines, FirstTwoItems } from '../ui/table/cells.tsx'
import { LastKnownTime } from '../ui/times/time.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { type DataTableColumn, compareValues, VALUELESS_COLUMN } from '../ui/table/table-columns.ts'
import type { RowGrouping } from '../ui/table/row-groups.ts'
import {
  rankGateway,
  getGatewayStatus,
  getInstanceStatus,
  listPeeredInstances,
  formatLastKnownMinute,
} from '../ui/status-text.ts'
import { createTrafficColumn } from '../uptime/traffic-column.tsx'
import { createUptimeColumn } from '../uptime/uptime-column.tsx'
import { UptimeDayCountChoice } from '../uptime/uptime-day-count-choice.tsx'
import { useGatewayDayRates } from '../uptime/use-day-rates.ts'
import { useUptime } from '../uptime/use-uptime.ts'
import { countConnections, formatGatewayKindName, formatGatewaySku } from './gateway-text.ts'

const columns: DataTableColumn<Gateway>[] = [
  buildNameColumn('Gateway', 'gateways', ({ location, vnet }) => [location, vnet]),
  {
    id: 'state',
    header: 'State',
    value: (gateway) => formatStatusText(getGatewayStatus(gateway)),
    also: [{ header: 'Reason', value: ({ reason }) => reason }],
    compare: (a, b) => rankGateway(a) - rankGateway(b) || compareValues(a.name, b.name),
    phone: 'state',
    cell: (gateway) => {
      const { state, impaired, unconfirmedSince } = gateway
      const reason = state === 'healthy' ? impaired?.reason : gateway.reason
      // The time of a last known state is on a separate line, so that the width of the columns does not change.
      const { at, ...status } = getGatewayStatus({ ...gateway, unconfirmedSince: null })
      const further = [unconfirmedSince && formatLastKnownMinute(unconfirmedSince), reason].filter(Boolean).join(': ')
      return (
        <TwoLines
          first={<StateLabel {...status} />}
          second={
            at ? (
              <>
                <LastKnownTime at={at} />
                {further && `: ${further}`}
              </>
            ) : (
              further
            )
          }
          title={[at && formatStatusText({ ...status, at }), further].filter(Boolean).join(': ')}
          className="sm:max-w-60"
        />
      )
    },
  },
  {
    id: 'instances',
    header: 'Instances, sessions up',
    value: (gateway) =>
      listPeeredInstances(gateway)
        .map((instance) => instanceText(instance, gateway))
        .join('; '),
    sortable: false,
    keep: true,
    priority: 1,
    cell: (gateway) =>
      gateway.areSessionsPolled === false || listPeeredInstances(gateway).length === 0 ? (
        <span className="text-ink-3" title={formatUnpeered(gateway)}>
          <span aria-hidden>–</span>
          <span className="sr-only">{formatUnpeered(gateway)}</span>
        </span>
      ) : (
        <FirstTwoItems
          all={listPeeredInstances(gateway)}
          textOf={(instance) => instanceText(instance, gateway)}
          draw={(instance) => <Instance instance={instance} gateway={gateway} />}
        />
      ),
  },
  {
    id: 'connections',
    header: 'Connections',
    align: 'right',
    priority: 3,
    value: countConnections,
  },
  {
    id: 'kind',
    header: 'Kind, SKU',
    value: ({ kind }) => formatGatewayKindName(kind),
    phone: 'fact',
    exported: [
      { header: 'Kind', value: ({ kind }) => formatGatewayKindName(kind) },
      { header: 'SKU', value: ({ sku }) => formatGatewaySku(sku) },
    ],
    cell: ({ kind, sku }) => <TwoLines first={formatGatewayKindName(kind)} second={formatGatewaySku(sku)} />,
  },
]

const formatUnpeered = ({ areSessionsPolled }: Gateway) =>
  areSessionsPolled === false ? 'Not reported by Azure' : 'None polled yet'

type InstanceFacts = Gateway['instances'][number]

function instanceText(instance: InstanceFacts, gateway: Gateway): string {
  const { address, sessionsUp, sessionsExpected, reporting } = instance
  if (reporting === false) return `${address} not reporting`
  const { tone, word, detail } = getInstanceStatus(instance, gateway)
  if (detail) return `${address} ${word}, ${detail}`
  return `${address} ${tone === 'unknown' || tone === 'off' ? word : `${sessionsUp}/${sessionsExpected}`}`
}

function Instance({ instance, gateway }: { instance: InstanceFacts; gateway: Gateway }) {
  const { tone, word, detail } = getInstanceStatus(instance, gateway)
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <StateSymbol tone={tone} />
      <span className="font-mono text-xs">{instance.address}</span>
      {/* the column of the state shows that a number is last known */}
      <span className={detail ? 'text-xs text-ink-3' : 'text-xs text-ink-2'} title={detail ?? undefined}>
        {word}
      </span>
    </span>
  )
}

export function GatewayTable({ gateways }: { gateways: Gateway[] }) {
  const { ofAll } = useSessionStrips(null, null)
  const sessions = useEndpointQuery('sessions').data?.data
  const { length, of } = useUptime()
  const rates = useGatewayDayRates()
  const customerOf = useCustomerLookup('gateways')
  const withStrip = useMemo(() => {
    const byGateway = Map.groupBy(sessions ?? [], ({ scope }) => scope)
    const pictures = [
      createUptimeColumn<Gateway>(length, ({ id }) => of(id)),
      createTrafficColumn<Gateway>(({ id }) => rates(id)),
    ]
    return columns.toSpliced(2, 0, ...pictures, {
      id: 'day',
      header: 'Sessions 24 h',
      priority: 2,
      ...VALUELESS_COLUMN,
      cell: ({ id }) => <SessionStateStrip parts={ofAll(byGateway.get(id) ?? [])} />,
    })
  }, [sessions, ofAll, length, of, rates])
  const groupings = useMemo(
    (): RowGrouping<Gateway>[] => [
      { id: 'kind', name: 'kind', of: ({ kind }) => formatGatewayKindName(kind) },
      { id: 'location', name: 'location', of: ({ location }) => location },
      { id: 'customer', name: 'customer', of: ({ id }) => customerOf(id) },
    ],
    [customerOf],
  )
  return (
    <DataTable
      name="gateways"
      caption="Gateways"
      columns={withStrip}
      rows={gateways}
      rowKey={({ id }) => id}
      lines={2}
      statusOf={(gateway) => getGatewayStatus({ ...gateway, unconfirmedSince: null })}
      groupings={groupings}
      defaultSort={byState}
      toolbar={<UptimeDayCountChoice />}
      empty={
        <EmptyResourceList title="No gateway found">
          Peerwatch lists the virtual network gateways of each resource group.
        </EmptyResourceList>
      }
    />
  )
}

const byState = { id: 'state', desc: false }
