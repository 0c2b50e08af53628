import type { CostReview } from '#lib/cost/api/index.ts'
import { FoldPanel } from '../ui/fold-panel.tsx'
import { Panel } from '../ui/panel.tsx'
import { plural } from '../format/quantity.ts'
import { formatMoney } from './money-words.ts'
import { NotOnPaper, ON_PAPER, onPaper } from './on-paper.tsx'

/** Unused paid resources, and corrections since the last review. */
export function FindingsPanels({ review }: { review: CostReview }) {
  const { unused, corrections, projections, closedAt } = review
  const nameOf = (id: string) => projections.circuits.find(({ circuitId }) => circuitId === id)?.name ?? id
  return (
    <>
      {unused.length > 0 && (
        // an open week shows them among the findings
        <Panel title="Unused resources" className={closedAt === null ? 'hidden print:block' : undefined}>
          <ul className="space-y-2">
            {unused.map(({ kind, resourceId, name, perMonth, saving, reason, remedy }, i) => (
              <li key={`${kind} ${resourceId}`} className={onPaper(i, ON_PAPER.unused)}>
                <span className="font-medium">{name}</span>
                {perMonth && <span className="text-ink-2">, {formatMoney(perMonth)} a month</span>}
                {saving && Number(saving.amount) > 0 && (
                  <span className="text-ink-2">, of which {formatMoney(saving)} could be saved</span>
                )}
                <span className="block text-xs text-ink-2">
                  {reason} {remedy}
                </span>
              </li>
            ))}
          </ul>
          <NotOnPaper count={unused.length} most={ON_PAPER.unused} />
        </Panel>
      )}
      {corrections.length > 0 && (
        <FoldPanel
          id="corrections"
          title="Corrections"
          note={`${plural(corrections.length, 'change')} after a review was published`}
          isOnPaper
        >
          <ul className="space-y-1">
            {corrections.map(({ week, circuitId, published, now, reason }, i) => (
              <li key={`${week} ${circuitId}`} className={onPaper(i, ON_PAPER.corrections)}>
                {week}, {nameOf(circuitId)}: {formatMoney(published)} was published, {formatMoney(now)} is correct:{' '}
                <span className="text-ink-2">{reason}.</span>
              </li>
            ))}
          </ul>
          <NotOnPaper count={corrections.length} most={ON_PAPER.corrections} />
        </FoldPanel>
      )}
    </>
  )
}
