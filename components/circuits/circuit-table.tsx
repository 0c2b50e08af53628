import { useMemo } from 'react'
import { type CircuitTrafficRates, sumCircuitRates, getPathRates } from '#lib/circuits/api/carried-rates.ts'
import type { Circuit, ApiCircuitPath } from '#lib/circuits/api/index.ts'
import { useCustomerLookup } from '../data/use-customer-lookup.ts'
import { formatBandwidth, formatFractionAsPercent } from '../format/quantity.ts'
import { PrintedTable } from '../paper/paper-table.tsx'
import { buildNameColumn, EmptyResourceList } from '../resource-page/page-parts.tsx'
import { BitRate } from '../ui/facts/quantities.tsx'
import { StateLabel, formatStatusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { TwoLines } from '../ui/table/cells.tsx'
import { LastKnownTime } from '../ui/times/time.tsx'
import type { RowGrouping } from '../ui/table/row-groups.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { createTimeBoundsColumns } from '../ui/table/exported-rows.ts'
import { type DataTableColumn, compareValues } from '../ui/table/table-columns.ts'
import { rankCircuit, getCircuitStatus, getPathStatus, formatLastKnownMinute } from '../ui/status-text.ts'
import { CircuitPathSummary } from './path-summary.tsx'
import { useFailoverRiskLookup } from './use-failovers.ts'
import { formatCircuitPlan } from './plan-text.ts'
import { createTrafficColumn } from '../uptime/traffic-column.tsx'
import { createUptimeColumn } from '../uptime/uptime-column.tsx'
import { UptimeDayCountChoice } from '../uptime/uptime-day-count-choice.tsx'
import { useUptime } from '../uptime/use-uptime.ts'
import { useDayRates } from '../uptime/use-day-rates.ts'

const pathOf = (circuit: Circuit, name: ApiCircuitPath['path']) => circuit.paths.find(({ path }) => path === name)

const bitsIn = (circuit: Circuit) => sumCircuitRates(circuit).toAzure
const bitsOut = (circuit: Circuit) => sumCircuitRates(circuit).fromAzure
const rateOn = (circuit: Circuit, name: ApiCircuitPath['path'], of: 'toAzure' | 'fromAzure') => {
  const path = pathOf(circuit, name)
  return path ? getPathRates(path, circuit)[of] : null
}

const headerOf = { primary: 'Primary', secondary: 'Secondary' } as const

function stateOf(circuit: Circuit, name: ApiCircuitPath['path']): string | null {
  const path = pathOf(circuit, name)
  return path ? formatStatusText(getPathStatus(path.state, path.unconfirmedSince, path.lastKnown)) : null
}

/**
 * Returns the share of one path's bandwidth that the circuit's current traffic uses, in the direction with more
 * traffic; null = unknown.
 */
function shareOfPath(circuit: Circuit): number | null {
  const [most, bandwidth] = [Math.max(bitsIn(circuit) ?? -1, bitsOut(circuit) ?? -1), circuit.bandwidthMbps]
  return most < 0 || !bandwidth ? null : most / (bandwidth * 1e6)
}
/**
 * Returns the used share of the bandwidth rounded to tenths. Circuits with the same state are sorted by it. It is
 * rounded so that small changes of the traffic do not change the order of the rows.
 */
const fullness = (circuit: Circuit) => Math.round((shareOfPath(circuit) ?? 0) * 10)

const planOf = ({ sku }: Circuit) => [sku.tier, formatCircuitPlan(sku.family)].filter(Boolean).join(' ')

/**
 * Returns the columns of the table.
 * @param riskOf returns a short text about the effect of a circuit's loss, for example `9 prefixes at risk`; null =
 *   no prefix is at risk, or the effects are not loaded
 */
const createColumns = (riskOf: (id: string) => string | null): DataTableColumn<Circuit>[] => [
  buildNameColumn('Circuit', 'circuits', ({ peeringLocation, provider }) => [peeringLocation, provider]),
  {
    id: 'state',
    header: 'State',
    value: (circuit) => formatStatusText(getCircuitStatus(circuit)),
    compare: (a, b) => rankCircuit(a) - rankCircuit(b) || fullness(b) - fullness(a) || compareValues(a.name, b.name),
    also: [{ header: 'If it fails', value: ({ id }) => riskOf(id) }],
    phone: 'state',
    cell: ({ id, redundancy, impaired, peerings, unconfirmedSince, lastKnown }) => {
      // The time of a last known state is on a separate line, so that the width of the columns does not change.
      const { at, ...status } = getCircuitStatus({ redundancy, impaired, peerings, unconfirmedSince: null, lastKnown })
      const known = at ? <LastKnownTime at={at} /> : (impaired?.reason ?? riskOf(id))
      return (
        <TwoLines
          first={<StateLabel {...status} />}
          second={unconfirmedSince ? formatLastKnownMinute(unconfirmedSince) : known}
        />
      )
    },
  },
  {
    id: 'share',
    header: 'Of one path',
    value: shareOfPath,
    phone: 'fact',
    exported: [
      {
        header: 'Share of the bandwidth of one path (%)',
        value: (circuit) => {
          const share = shareOfPath(circuit)
          return share === null ? null : Math.round(share * 1e4) / 100
        },
      },
    ],
    cell: (circuit) => <ShareOfPath share={shareOfPath(circuit)} />,
  },
  ...(['primary', 'secondary'] as const).map(
    (name): DataTableColumn<Circuit> => ({
      id: name,
      header: headerOf[name],
      priority: 1,
      value: (circuit) => stateOf(circuit, name),
      exported: [
        { header: `${headerOf[name]} path`, value: (circuit) => stateOf(circuit, name) },
        ...createTimeBoundsColumns<Circuit>(`${headerOf[name]} path since`, (circuit) => pathOf(circuit, name)?.since),
        {
          header: `${headerOf[name]} path to Azure (bit/s)`,
          value: (circuit) => rateOn(circuit, name, 'toAzure'),
        },
        {
          header: `${headerOf[name]} path from Azure, billable (bit/s)`,
          value: (circuit) => rateOn(circuit, name, 'fromAzure'),
        },
      ],
      cell: (circuit) => <CircuitPathSummary path={pathOf(circuit, name)} />,
    }),
  ),
  {
    id: 'rates',
    header: 'To, from Azure',
    align: 'right',
    priority: 2,
    keep: true,
    value: (circuit) => {
      const { toAzure, fromAzure } = sumCircuitRates(circuit)
      return toAzure === null && fromAzure === null ? null : (toAzure ?? 0) + (fromAzure ?? 0)
    },
    exported: [
      { header: 'To Azure (bit/s)', value: bitsIn },
      { header: 'From Azure, billable (bit/s)', value: bitsOut },
      { header: 'Rates of one peering alone', value: (circuit) => sumCircuitRates(circuit).only },
    ],
    cell: (circuit) => <Rates {...sumCircuitRates(circuit)} />,
  },
  {
    id: 'bandwidth',
    header: 'Bandwidth, SKU',
    priority: 2,
    value: ({ bandwidthMbps }) => bandwidthMbps,
    exported: [
      { header: 'Bandwidth of one path (Mbit/s)', value: ({ bandwidthMbps }) => bandwidthMbps },
      { header: 'SKU', value: planOf },
    ],
    cell: (circuit) => (
      <TwoLines
        first={circuit.bandwidthMbps === null ? '–' : formatBandwidth(circuit.bandwidthMbps)}
        second={planOf(circuit)}
      />
    ),
  },
]

/** Table of circuits on paper. */
export function PrintedCircuits({ circuits }: { circuits: readonly Circuit[] }) {
  const riskOf = useFailoverRiskLookup()
  return (
    <PrintedTable
      caption="Circuits"
      columns={createColumns(riskOf)}
      widths={{ name: 22, state: 20, primary: 16, secondary: 16, rates: 12, bandwidth: 14 }}
      rows={circuits}
      rowKey={({ id }) => id}
    />
  )
}

const Rates = ({ toAzure, fromAzure, only }: CircuitTrafficRates) => (
  <span className="flex flex-col">
    <BitRate bits={toAzure} />
    <span title="Billable">
      {only !== null && (toAzure !== null || fromAzure !== null) && `${only} `}
      <BitRate bits={fromAzure} />
    </span>
  </span>
)

/** Bar of one path's bandwidth, filled up to the used share; a dash if the share is unknown. */
const ShareOfPath = ({ share }: { share: number | null }) =>
  share === null ? (
    missingValueDash
  ) : (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden className="block h-2 w-16 overflow-hidden rounded-xs bg-sunken max-sm:hidden">
        <span className="block h-full bg-series-5" style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span className="min-w-9 text-right tabular-nums">{formatFractionAsPercent(share)}</span>
    </span>
  )

export function CircuitTable({ circuits }: { circuits: Circuit[] }) {
  const { length, of } = useUptime()
  const rates = useDayRates()
  const customerOf = useCustomerLookup('circuits')
  const riskOf = useFailoverRiskLookup()
  const all = useMemo(
    () =>
      createColumns(riskOf).toSpliced(
        AFTER_SHARE,
        0,
        createTrafficColumn<Circuit>(
          ({ id }) => rates(id),
          ({ bandwidthMbps }) => bandwidthMbps && bandwidthMbps * 1e6,
        ),
        createUptimeColumn<Circuit>(length, ({ id }) => of(id)),
      ),
    [length, of, rates, riskOf],
  )
  const groupings = useMemo(
    (): RowGrouping<Circuit>[] => [
      { id: 'location', name: 'location', of: ({ peeringLocation }) => peeringLocation },
      { id: 'provider', name: 'provider', of: ({ provider }) => provider },
      { id: 'customer', name: 'customer', of: ({ id }) => customerOf(id) },
    ],
    [customerOf],
  )
  return (
    <DataTable
      name="circuits"
      caption="ExpressRoute circuits"
      columns={all}
      rows={circuits}
      rowKey={({ id }) => id}
      lines={2}
      statusOf={(circuit) => getCircuitStatus({ ...circuit, unconfirmedSince: null })}
      groupings={groupings}
      defaultSort={byState}
      toolbar={<UptimeDayCountChoice />}
      empty={
        <EmptyResourceList title="No ExpressRoute circuit found">
          Peerwatch lists the circuits of the subscriptions that it can read.
        </EmptyResourceList>
      }
    />
  )
}

/** Position (from 0) at which the columns with pictures are inserted, after the columns name, state and used share. */
const AFTER_SHARE = 3

const byState = { id: 'state', desc: false }
