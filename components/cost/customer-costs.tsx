import { UNALLOCATED_CUSTOMER } from '#lib/contract/customer.ts'
import type { CostTco } from '#lib/cost/api/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { toSortableAmount } from './money-columns.ts'
import { formatMoney } from './money-text.ts'

/**
 * Costs of one customer in one currency. `cost` is the minimum and `atMost` the maximum, because the customer's share
 * of a resource may be unknown.
 */
interface Row extends Pick<CostTco['perCustomer'][number], 'customer' | 'name' | 'unpriced'> {
  cost: string
  atMost: string
  /** currency of both amounts; null = no cost item of the customer has a price */
  currency: string | null
}

/**
 * Returns a row for each customer and currency. If a customer has priced items but no cost yet, the cost is 0. If a
 * customer has no priced items, the cost is empty and the currency is null.
 */
export function listCustomerCosts({ perCustomer }: Pick<CostTco, 'perCustomer'>): Row[] {
  return perCustomer.flatMap(({ customer, name, totals, atMost, unpriced }): Row[] =>
    atMost.length === 0
      ? [{ customer, name, cost: '', atMost: '', currency: null, unpriced }]
      : atMost.map(({ amount, currency }) => ({
          customer,
          name,
          cost: totals.find((one) => one.currency === currency)?.amount ?? '0.00',
          atMost: amount,
          currency,
          unpriced,
        })),
  )
}

/** Formats the cost of a customer in one currency, as a range if its bounds differ: `12.00 USD – 20.00 USD`. */
export function formatCustomerCost({ cost, atMost, currency }: Pick<Row, 'cost' | 'atMost' | 'currency'>): string {
  if (currency === null) return 'no priced items'
  return [...new Set([cost, atMost])].map((amount) => formatMoney({ amount, currency })).join(' – ')
}

const columns: DataTableColumn<Row>[] = [
  {
    id: 'customer',
    header: 'Customer',
    value: ({ customer, name }) => name ?? customer,
    // unallocated costs come last
    compare: (a, b) =>
      Number(a.customer === UNALLOCATED_CUSTOMER) - Number(b.customer === UNALLOCATED_CUSTOMER) ||
      a.customer.localeCompare(b.customer),
    cell: ({ customer, name }) => (
      <span className="flex flex-col">
        <span className="font-medium break-words">{name ?? customer}</span>
        {customer === UNALLOCATED_CUSTOMER && (
          <span className="text-xs text-ink-3">
            no customer’s, or shared and not measured: add a “customer’s share” override for a circuit
          </span>
        )}
        {name !== null && name !== customer && (
          <span className="font-mono text-xs break-all text-ink-3">{customer}</span>
        )}
      </span>
    ),
    exported: [
      { header: 'Customer', value: ({ customer }) => customer },
      { header: 'Name', value: ({ name }) => name },
    ],
  },
  {
    id: 'cost',
    header: 'Cost',
    align: 'right',
    value: ({ cost, currency }) => (currency === null ? null : toSortableAmount({ amount: cost })),
    cell: (row) => (
      <span className="whitespace-nowrap tabular-nums">
        {formatCustomerCost(row)}
        {row.unpriced > 0 && (
          <span className="block text-xs text-ink-3">
            {formatCountWithPlural(row.unpriced, 'item')} without a price
          </span>
        )}
      </span>
    ),
    exported: [
      {
        header: 'Cost, at least',
        value: ({ cost, currency }) => (currency === null ? null : toSortableAmount({ amount: cost })),
      },
      {
        header: 'Cost, at most',
        value: ({ atMost, currency }) => (currency === null ? null : toSortableAmount({ amount: atMost })),
      },
      { header: 'Currency', value: ({ currency }) => currency },
      { header: 'Items without a price', value: ({ unpriced }) => unpriced },
    ],
  },
]

const byName = { id: 'customer', desc: false }

/**
 * Table of each customer's part of the total cost. The part is shown as a range if the customer's share of a resource
 * is unknown.
 */
export function CustomerCosts({ tco }: { tco: Pick<CostTco, 'perCustomer'> }) {
  return (
    <DataTable
      name="customer-cost"
      caption="Total cost by customer"
      columns={columns}
      rows={listCustomerCosts(tco)}
      rowKey={({ customer, currency }) => `${customer} ${currency ?? ''}`}
      defaultSort={byName}
      filterable={false}
      empty="No priced items."
    />
  )
}
