import { clsx } from 'clsx'
import type { Run } from './runs.ts'

/** Columns with missing or partial data, hatched over the whole height. */
export function HatchBands({ runs, count, faint = false }: { runs: Run[]; count: number; faint?: boolean }) {
  return runs.map(({ start, length }) => (
    <span
      key={start}
      aria-hidden
      className={clsx('hatch pointer-events-none absolute inset-y-0', faint && 'opacity-45')}
      style={{ left: `${(start / count) * 100}%`, width: `${(length / count) * 100}%` }}
    />
  ))
}
