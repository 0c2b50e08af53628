import type { CostMoney } from '#lib/contract/index.ts'
import type { ExportedColumn } from '../ui/table/features.ts'

/** An amount as a table sorts it; null where there is none. */
export const amountOf = (money: Pick<CostMoney, 'amount'> | null | undefined): number | null =>
  money ? Number(money.amount) : null

/** Two columns for an amount: the figure, and its currency, which another row or column may have another of. */
export function moneyColumns<Row>(
  name: string,
  moneyOf: (row: Row) => CostMoney | null | undefined,
): ExportedColumn<Row>[] {
  return [
    { header: name, value: (row) => amountOf(moneyOf(row)) },
    { header: `${name}, currency`, value: (row) => moneyOf(row)?.currency ?? null },
  ]
}
