import type { MoneyAmount } from '#lib/contract/index.ts'
import type { ExportedColumn } from '../ui/table/table-columns.ts'

/** Returns an amount as a number for sorting and charts; null if there is no amount. */
export const toSortableAmount = (money: Pick<MoneyAmount, 'amount'> | null | undefined): number | null =>
  money ? Number(money.amount) : null

/**
 * Returns two columns of an exported file for an amount: the number and its currency. The currency is separate, because
 * it can differ between rows and columns.
 */
export function createMoneyColumns<Row>(
  name: string,
  moneyOf: (row: Row) => MoneyAmount | null | undefined,
): ExportedColumn<Row>[] {
  return [
    { header: name, value: (row) => toSortableAmount(moneyOf(row)) },
    { header: `${name}, currency`, value: (row) => moneyOf(row)?.currency ?? null },
  ]
}
