import type { DeclaredMaintenance } from '#lib/contract/index.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { useNow } from '../ui/times/page-clock.tsx'
import { PlannedRange } from '../ui/times/time.tsx'

/** Shows the start and end of a maintenance window, and whether it is open now. */
export function DeclaredWindowTime({ window: { from, to } }: { window: Pick<DeclaredMaintenance, 'from' | 'to'> }) {
  const now = useNow()
  return (
    <p className="text-xs text-ink-2">
      <PlannedRange from={from} to={to} />,{' '}
      <span className="font-medium">{formatState(now, Date.parse(from), Date.parse(to))}</span>
    </p>
  )
}

function formatState(now: number, from: number, to: number): string {
  if (now < from) return `begins in ${formatDuration(from - now)}`
  return now <= to ? `open, ${formatDuration(to - now)} left` : 'over'
}
