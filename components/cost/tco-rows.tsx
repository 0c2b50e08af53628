import type { TcoRow } from '#lib/cost/api/index.ts'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { toSortableAmount } from './money-columns.ts'
import { formatMoney, formatPrice, formatQuantity } from './money-text.ts'

const tcoKindLabels: Record<TcoRow['kind'], string> = {
  circuit: 'circuit',
  premium: 'Premium',
  metered_data: 'metered data',
  global_reach: 'Global Reach',
  gateway: 'gateway',
  fastpath_gateway: 'FastPath gateway',
  vnet_peering_in: 'peering, in',
  vnet_peering_out: 'peering, out',
  hub_data: 'hub, data processed',
  hub_router: 'hub, further router units',
  hub_firewall: 'hub, firewall',
  provider_l2: 'provider’s service',
  cross_connect_monthly: 'cross-connect',
  cross_connect_once: 'cross-connect, once',
  colocation: 'colocation',
  direct_port: 'ExpressRoute Direct ports',
}

export const tcoColumns: DataTableColumn<TcoRow>[] = [
  { id: 'what', header: 'Item', phone: 'name', value: ({ kind }) => tcoKindLabels[kind] },
  { id: 'of', header: 'Resource', phone: 'fact', value: ({ name }) => name },
  {
    id: 'quantity',
    header: 'Quantity',
    phone: 'fact',
    align: 'right',
    value: ({ quantity }) => (quantity === null ? null : Number(quantity)),
    cell: ({ quantity, unit }) => (quantity === null ? 'unknown' : `${formatQuantity(quantity)} ${unit}`),
    className: 'whitespace-nowrap',
  },
  { id: 'unit', header: 'Unit', value: ({ unit }) => unit },
  {
    id: 'price',
    header: 'Unit price',
    align: 'right',
    value: ({ unitPrice }) => toSortableAmount(unitPrice),
    cell: ({ unitPrice }) => (unitPrice ? formatPrice(unitPrice) : 'unknown'),
    className: 'whitespace-nowrap',
  },
  {
    id: 'cost',
    header: 'Cost',
    phone: 'state',
    align: 'right',
    value: ({ cost }) => toSortableAmount(cost),
    cell: ({ cost, note }) => (cost ? formatMoney(cost) : note.startsWith('not declared') ? 'not declared' : 'unknown'),
    className: 'whitespace-nowrap',
  },
  { id: 'currency', header: 'Currency', value: ({ cost, unitPrice }) => (cost ?? unitPrice)?.currency ?? null },
  { id: 'customer', header: 'Customer', value: ({ customer }) => customer, className: 'font-mono text-xs' },
  {
    id: 'note',
    header: 'Source',
    value: ({ note }) => note,
    className: 'text-xs text-ink-2 min-w-72',
  },
]

/** Table of all cost items with quantity, price and source, collapsed. */
export function TcoRows({ rows }: { rows: readonly TcoRow[] }) {
  return (
    <details className="border-t">
      <summary className="cursor-pointer px-3.5 py-2 text-sm font-medium hover:bg-hover">
        All {rows.length} rows, with quantities and prices
      </summary>
      <DataTable
        name="tco"
        caption="Cost items"
        columns={tcoColumns}
        rows={[...rows]}
        rowKey={({ kind, resourceId, name, customer, note, quantity }) =>
          [kind, resourceId, name, customer, note, quantity].join(' ')
        }
        empty="No cost items."
      />
    </details>
  )
}

/** Lists items without a price by kind and reason; the reason contains the remedy. */
export function UnpricedTcoRows({ rows }: { rows: readonly TcoRow[] }) {
  const groups = Map.groupBy(rows, ({ kind, note }) => `${tcoKindLabels[kind]}: ${note}`)
  return (
    <ul aria-label="Items without a price" className="mt-1 list-disc space-y-1 pl-5 text-ink-2">
      {[...groups].map(([words, items]) => (
        <li key={words} className="break-words">
          <span className="font-medium text-ink">{[...new Set(items.map(({ name }) => name))].join(', ')}</span>,{' '}
          {words}
        </li>
      ))}
    </ul>
  )
}
