import { print } from '../history/figures.ts'

/** The sides, in the order of the table's columns. */
export type Column = 'Peerwatch' | 'hourly snapshots' | 'Prometheus' | 'VictoriaMetrics' | 'MRT, bgpdump' | 'MRT, GoBGP'

/** A line of the table: figures that are compared with Peerwatch's, or words. */
export interface Line {
  name: string
  cells: Partial<Record<Column, number | string>>
  /** of figures; without it there is no ratio */
  unit?: (value: number) => string
}

/** Lines under each other, each figure with how many times Peerwatch's it is. A side without a cell was left out. */
export function printTable(columns: readonly Column[], lines: readonly Line[]): void {
  const texts = lines.map(({ name, cells, unit }) => [name, ...columns.map((column) => text(cells, column, unit))])
  const all = [['', ...columns], ...texts]
  const widths = all[0]?.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0))) ?? []
  for (const row of all) print(`  ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ')}`.trimEnd())
}

function text(cells: Line['cells'], column: Column, unit: Line['unit']): string {
  const [value, ours] = [cells[column], cells.Peerwatch]
  if (value === undefined) return '-'
  if (typeof value === 'string') return value
  const shown = unit?.(value) ?? String(value)
  if (column === 'Peerwatch' || typeof ours !== 'number' || ours === 0) return shown
  return `${shown} (${ratio(value / ours)})`
}

const ratio = (times: number) => `${times.toFixed(times < 10 ? 2 : 0)} times`
