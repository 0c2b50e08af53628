import { printBenchLine } from '../history/figures.ts'

/** Compared systems, in the order of the table's columns. */
export type ComparedSystemName =
  | 'Peerwatch'
  | 'hourly snapshots'
  | 'Prometheus'
  | 'VictoriaMetrics'
  | 'MRT, bgpdump'
  | 'MRT, GoBGP'

/** Row of the table. Numbers are compared with Peerwatch's; strings are shown as they are. */
export interface SystemComparisonRow {
  name: string
  cells: Partial<Record<ComparedSystemName, number | string>>
  /** Formats the numbers of the row; without it they are printed as they are. */
  unit?: (value: number) => string
}

/**
 * Prints the rows as an aligned table. Each number also shows its ratio to Peerwatch's number. A system without a cell
 * shows `-`.
 */
export function printSystemComparisonTable(
  columns: readonly ComparedSystemName[],
  lines: readonly SystemComparisonRow[],
): void {
  const texts = lines.map(({ name, cells, unit }) => [name, ...columns.map((column) => text(cells, column, unit))])
  const all = [['', ...columns], ...texts]
  const widths = all[0]?.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0))) ?? []
  for (const row of all) printBenchLine(`  ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ')}`.trimEnd())
}

function text(
  cells: SystemComparisonRow['cells'],
  column: ComparedSystemName,
  unit: SystemComparisonRow['unit'],
): string {
  const [value, ours] = [cells[column], cells.Peerwatch]
  if (value === undefined) return '-'
  if (typeof value === 'string') return value
  const shown = unit?.(value) ?? String(value)
  if (column === 'Peerwatch' || typeof ours !== 'number' || ours === 0) return shown
  return `${shown} (${ratio(value / ours)})`
}

const ratio = (times: number) => `${times.toFixed(times < 10 ? 2 : 0)} times`
