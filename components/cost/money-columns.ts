import type { CostMoney } from '#lib/contract/index.ts'
import type { ExportedColumn } from '../ui/table/features.ts'

/** Returns an amount as a number for sorting and charts; null without an amount. */
export const amountOf = (money: Pick<CostMoney, 'amount'> | null | undefined): number | null =>
  money ? Number(money.amount) : null

/**
 * Returns two columns for an amount: the figure and its currency, because the currency can differ between rows and
 * columns.
 */
export function moneyColumns<Row>(
  name: string,
  moneyOf: (row: Row) => CostMoney | null | undefined,
): ExportedColumn<Row>[] {
  return [
    { header: name, value: (row) => amountOf(moneyOf(row)) },
    { header: `${name}, currency`, value: (row) => moneyOf(row)?.currency ?? null },
  ]
}
