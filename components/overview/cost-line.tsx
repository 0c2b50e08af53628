import type { CostHeadline } from '#lib/cost/api/index.ts'
import { Moment } from '../ui/time.tsx'
import { advisedChanges, missingCircuits, monthsCost } from './cost-words.ts'
import { More } from './more.tsx'

/** This month's cost of the circuits, and recommended plan changes. */
export function CostLine({ cost }: { cost: CostHeadline }) {
  return (
    <section
      aria-label="Cost this month"
      className="flex flex-wrap items-baseline gap-x-4 gap-y-1 rounded-lg border bg-surface px-3.5 py-2.5 text-sm"
    >
      <span className="text-ink-2">
        Circuits in {cost.month}: <span className="font-medium text-ink">{monthsCost(cost)}</span>, as of{' '}
        <Moment at={cost.asOf} />. {missingCircuits(cost)}
      </span>
      <span className="text-ink-2">{advisedChanges(cost)}</span>
      <span className="ml-auto">
        <More href="/cost">Cost review</More>
      </span>
    </section>
  )
}
