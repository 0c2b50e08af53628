import { useState } from 'react'
import type { CostReconcile, ReconciledMeter } from '#lib/cost/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { SelectField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { MomentText } from '../ui/times/time.tsx'
import { ProvenDiscountOffer } from './discount-offer.tsx'
import { toSortableAmount, createMoneyColumns } from './money-columns.ts'
import { formatMoneyChange, formatMoney, formatQuantity } from './money-text.ts'

/**
 * Compares the forecast of a month with Azure's invoice, meter by meter. Each difference has an explanation or is
 * marked as unexplained.
 */
export function BillReconciliationPanel({ month }: { month: string }) {
  const [chosen, setMonth] = useState('')
  const options = listRecentMonths(month).map((name) => ({ value: name, label: name }))
  return (
    <Panel
      id="reconcile"
      title="Forecast vs. invoice"
      note="by meter, from Azure Cost Management"
      flush
      aside={
        <SelectField
          label="Billing month"
          className="w-56"
          options={[{ value: '', label: 'latest invoice' }, ...options]}
          value={chosen}
          onChange={({ target }) => setMonth(target.value)}
        />
      }
    >
      <div className="px-3.5 pt-3 empty:hidden">
        <ProvenDiscountOffer />
      </div>
      <InvoiceOf month={chosen || null} />
    </Panel>
  )
}

function InvoiceOf({ month }: { month: string | null }) {
  const query = useEndpointQuery('cost/reconcile', { month })
  return (
    <QueryStateView query={query} skeleton={<SkeletonRows rows={4} />}>
      {({ data }) => <Reconciled reconcile={data} />}
    </QueryStateView>
  )
}

function Reconciled({ reconcile }: { reconcile: CostReconcile }) {
  const { month, resources, totals, gb, bills, complete } = reconcile
  const rows = resources.flatMap((resource) => resource.meters.map((meter) => ({ resource, meter })))
  return (
    <>
      <div className="space-y-0.5 px-3.5 py-3 text-ink-2">
        <p>
          <Read reconcile={reconcile} />
        </p>
        {bills
          .filter(({ missing }) => missing !== null)
          .map(({ subscriptionId, name, missing }) => (
            <p key={subscriptionId} className="break-words">
              <span className="font-semibold text-ink">{name ?? subscriptionId}</span>: {missing}.
            </p>
          ))}
        {totals.map(({ projected, billed, difference, unexplained }) => (
          <p key={projected.currency}>
            {!complete && 'In the bills that were read: '}
            <span className="font-semibold text-ink">
              {formatMoney(projected)} projected, {!complete && 'at least '}
              {formatMoney(billed)} billed: {formatMoneyChange(difference)}
            </span>
            , of which {formatMoneyChange(unexplained)} is unexplained.
          </p>
        ))}
        <p>
          {gb.calibrated ? 'A billed GB (calibrated): ' : 'A billed GB (uncalibrated): '}
          {gb.words}
        </p>
      </div>
      {rows.length > 0 && (
        <DataTable
          name="reconcile"
          caption={`Meters of ${month}, forecast vs. invoice`}
          columns={billReconciliationColumns}
          rows={rows}
          rowKey={({ resource, meter }) => `${resource.resourceId} ${meter.meter}`}
          empty="No billed or forecast meters."
        />
      )}
    </>
  )
}

/**
 * Shows how complete the invoice is: the number of days that it covers, the days without records, and when it was read.
 */
function Read({ reconcile: { month, outcome, readAt, days, missingDays } }: { reconcile: CostReconcile }) {
  if (readAt === null) {
    return outcome === 'failed' ? <>No bill could be read.</> : <>No invoice data yet; it is fetched once a day.</>
  }
  return (
    <>
      {month}: {formatCountWithPlural(days, 'day')}
      {missingDays > 0 && `, ${missingDays} without invoice records yet`}. Read <MomentText at={readAt} />.
    </>
  )
}

interface Reconciling {
  resource: CostReconcile['resources'][number]
  meter: ReconciledMeter
}

export const billReconciliationColumns: DataTableColumn<Reconciling>[] = [
  { id: 'of', header: 'Resource', phone: 'name', value: ({ resource }) => resource.name },
  { id: 'meter', header: 'Meter', phone: 'fact', value: ({ meter }) => meter.meter },
  {
    id: 'projected',
    header: 'Forecast',
    align: 'right',
    value: ({ meter }) => toSortableAmount(meter.projected),
    exported: createMoneyColumns('Forecast', ({ meter }) => meter.projected),
    cell: ({ meter }) => <Side cost={meter.projected} quantity={meter.quantity.projected} kind={meter.kind} />,
  },
  {
    id: 'billed',
    header: 'Billed',
    phone: 'fact',
    align: 'right',
    value: ({ meter }) => toSortableAmount(meter.billed),
    exported: createMoneyColumns('Billed', ({ meter }) => meter.billed),
    cell: ({ meter }) => (
      <Side
        cost={meter.billed}
        quantity={meter.quantity.billed}
        kind={meter.kind}
        none={meter.difference === null ? 'not read' : 'nothing'}
      />
    ),
  },
  {
    id: 'difference',
    header: 'Difference',
    phone: 'state',
    align: 'right',
    value: ({ meter }) => toSortableAmount(meter.difference),
    exported: createMoneyColumns('Difference', ({ meter }) => meter.difference),
    cell: ({ meter }) =>
      meter.difference ? formatMoneyChange(meter.difference) : meter.billed ? 'two currencies' : 'not known',
    className: 'whitespace-nowrap',
  },
  {
    id: 'because',
    header: 'Reason',
    value: (row) =>
      [
        ...row.meter.parts.map(({ amount, words }) => `${amount.amount} ${amount.currency} ${words}`),
        ...unknownBecause(row),
      ].join('; '),
    cell: (row) => (
      <>
        <Parts parts={row.meter.parts} />
        {unknownBecause(row)}
      </>
    ),
    className: 'text-xs min-w-64',
  },
]

/**
 * Returns the reason why the billed amount of a meter is unknown, as a list with one text. The list is empty if the
 * amount is known, or if no bill is missing.
 */
function unknownBecause({ meter, resource }: Reconciling): string[] {
  const isUnknown = meter.difference === null && meter.billed === null
  return isUnknown && resource.billMissing !== null ? [resource.billMissing] : []
}

/** Lists the amounts that make up a difference, each with its reason; an unexplained amount is emphasised. */
function Parts({ parts }: Pick<ReconciledMeter, 'parts'>) {
  return parts.map(({ reason, amount, words }) => (
    <span key={`${reason} ${words}`} className={reason === 'unexplained' ? 'block font-semibold' : 'block text-ink-2'}>
      {formatMoneyChange(amount)}: {words}
    </span>
  ))
}

/**
 * Names of the units in which Azure bills a meter, by the kind of the meter. They are listed here, because the response
 * of the API does not contain units.
 */
const unitLabels: Record<ReconciledMeter['kind'], string> = {
  data: 'GB',
  circuit: 'months',
  gateway: 'hours',
  other: 'units',
}

function Side({
  cost,
  quantity,
  kind,
  none = 'nothing',
}: {
  cost: ReconciledMeter['projected']
  quantity: string | null
  kind: ReconciledMeter['kind']
  none?: string
}) {
  return (
    <>
      <span className="whitespace-nowrap">{cost ? formatMoney(cost) : none}</span>
      {quantity !== null && (
        <span className="block text-xs text-ink-3">
          {formatQuantity(quantity)} {unitLabels[kind]}
        </span>
      )}
    </>
  )
}

const MONTHS = 6

/** Returns the six months up to and including the given month, newest first: `2026-01`, `2025-12` and so on. */
export function listRecentMonths(month: string): string[] {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return Array.from({ length: MONTHS }, (_, i) => new Date(Date.UTC(year, number - 1 - i)).toISOString().slice(0, 7))
}
