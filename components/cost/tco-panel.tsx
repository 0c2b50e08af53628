import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { useMemo, useState } from 'react'
import type { CostProjection, CostTco } from '#lib/cost/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithSeparators, formatCountWithPlural } from '../format/quantity.ts'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { SelectField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { CustomerCosts } from './customer-costs.tsx'
import { GlobalReachMonthPanel } from './global-reach-month.tsx'
import { toSortableAmount } from './money-columns.ts'
import { formatMoney, formatPrice } from './money-text.ts'
import { TcoRows, UnpricedTcoRows } from './tco-rows.tsx'

const times = [
  { value: '1', label: 'this month so far' },
  { value: '3', label: 'three months' },
  { value: '6', label: 'six months' },
]

/**
 * Shows the total cost of ownership (circuits, gateways, peering, providers) by circuit with the cost per transferred
 * GB, and by customer.
 */
export function TcoPanel({ circuits }: { circuits: readonly CostProjection[] }) {
  const [months, setMonths] = useState('1')
  return (
    <Panel
      id="tco"
      title="Total cost of ownership"
      note="circuits, gateways, peering and providers, by circuit and by customer"
      flush
      aside={
        <SelectField
          label="Time"
          className="w-48"
          options={times}
          value={months}
          onChange={({ target }) => setMonths(target.value)}
        />
      }
    >
      <TcoOf months={Number(months)} circuits={circuits} />
    </Panel>
  )
}

function TcoOf({ months, circuits }: { months: number; circuits: readonly CostProjection[] }) {
  const query = useEndpointQuery('cost/tco', { months })
  return (
    <QueryStateView query={query} skeleton={<SkeletonRows rows={5} />}>
      {({ data }) => <Tco tco={data} circuits={circuits} />}
    </QueryStateView>
  )
}

function Tco({ tco, circuits }: { tco: CostTco; circuits: readonly CostProjection[] }) {
  const { rows, totals, perCircuit, perCustomer, gatewaysSaved } = tco
  const columns = useMemo(() => createCircuitColumns(circuits), [circuits])
  return (
    <>
      <p className="px-3.5 py-3 text-ink-2">
        <span className="font-semibold text-ink">{formatSum(totals)}</span> from {formatUtcDay(tco.from)} to{' '}
        {formatUtcDay(tco.to)}, as far as there are prices.
      </p>
      <UnpricedItems rows={rows} />
      <DataTable
        name="circuit-cost"
        caption="Total cost by circuit"
        columns={columns}
        rows={perCircuit}
        rowKey={({ circuitId }) => circuitId}
        filterable={false}
        empty="No circuits."
      />
      <CustomerCosts tco={{ perCustomer }} />
      {gatewaysSaved.map((one) => (
        <SavedGateways key={one.hub} saved={one} />
      ))}
      <GlobalReachMonthPanel />
      <TcoRows rows={rows} />
    </>
  )
}

/**
 * Collapsed list of the cost items that are missing in all sums because they have no price. Each has the reason and the
 * remedy.
 */
function UnpricedItems({ rows }: Pick<CostTco, 'rows'>) {
  const unpriced = rows.filter(({ cost }) => cost === null)
  if (unpriced.length === 0) return null
  return (
    <details className="px-3.5 pb-3">
      <summary className="min-h-6 w-fit cursor-pointer font-medium">
        {formatCountWithPlural(unpriced.length, 'item')} without a price, not in these sums
      </summary>
      <UnpricedTcoRows rows={unpriced} />
    </details>
  )
}

/** Returns the amounts of all currencies as text for a file: `12.50 USD, 3.00 GBP`. */
const listAmounts = (amounts: CostTco['totals']) =>
  amounts.map(({ amount, currency }) => `${amount} ${currency}`).join(', ')

const createCircuitColumns = (
  circuits: readonly CostProjection[],
): DataTableColumn<CostTco['perCircuit'][number]>[] => [
  {
    id: 'circuit',
    header: 'Circuit',
    phone: 'name',
    value: ({ circuitId }) => circuits.find((one) => one.circuitId === circuitId)?.name ?? circuitId,
    className: 'font-medium',
  },
  {
    id: 'cost',
    header: 'Cost',
    phone: 'state',
    align: 'right',
    value: ({ totals }) => toSortableAmount(totals[0]),
    exported: [{ header: 'Cost', value: ({ totals }) => listAmounts(totals) }],
    cell: ({ totals, unpriced }) => (
      <>
        {formatSum(totals)}
        {unpriced > 0 && (
          <span className="block text-xs text-ink-3">{formatCountWithPlural(unpriced, 'item')} without a price</span>
        )}
      </>
    ),
  },
  {
    id: 'transferred',
    header: 'Transferred, both directions',
    align: 'right',
    value: ({ gbTransferred }) => Number(gbTransferred),
    exported: [{ header: 'Transferred, both directions (GB)', value: ({ gbTransferred }) => Number(gbTransferred) }],
    cell: ({ gbTransferred }) => `${formatCountWithSeparators(Math.round(Number(gbTransferred)))} GB`,
    className: 'whitespace-nowrap',
  },
  {
    id: 'perGb',
    header: 'Per GB',
    align: 'right',
    value: ({ perGb }) => toSortableAmount(perGb[0]),
    exported: [{ header: 'Per GB', value: ({ perGb }) => listAmounts(perGb) }],
    cell: ({ perGb }) => perGb.map(formatPrice).join(', ') || 'no traffic',
  },
]

/** Formats one total for each currency, joined with "and". */
const formatSum = (totals: CostTco['totals']): string => totals.map(formatMoney).join(' and ') || 'no priced items'

function SavedGateways({ saved }: { saved: CostTco['gatewaysSaved'][number] }) {
  const { hub, gateways, perMonth, peeringAtMostPerMonth } = saved
  return (
    <p className="border-t px-3.5 py-2 text-ink-2">
      {formatCountWithPlural(gateways, 'network')} {gateways === 1 ? 'uses' : 'use'} the gateway of{' '}
      <span className="font-medium text-ink">{hub}</span>. With one of the same size each, {formatMoney(perMonth)} a
      month more
      {peeringAtMostPerMonth &&
        `; peering costs at most ${formatMoney(peeringAtMostPerMonth)} a month instead, if it carries all traffic of the circuits`}
      .
    </p>
  )
}
