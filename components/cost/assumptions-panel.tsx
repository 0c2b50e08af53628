import type { CostProjection } from '#lib/cost/api/index.ts'
import { getMoneySign } from '#lib/cost/api/money-sums.ts'
import { Panel } from '../ui/panel.tsx'
import { formatCountWithPlural } from '../format/quantity.ts'
import { listCostAssumptions } from './assumptions.ts'
import { formatMoneyChange, formatBytesPerGb } from './money-text.ts'

/**
 * Lists every assumption behind the cost figures. An assumption is a value that neither a document nor a measurement
 * proves.
 */
export function CostAssumptionsPanel({ circuits }: { circuits: readonly CostProjection[] }) {
  const { common, own } = listCostAssumptions(circuits)
  const lines = [...common, ...gbLines(circuits)]
  return (
    <Panel
      id="assumptions"
      title="Assumptions"
      note={`${formatCountWithPlural(lines.length + own.length, 'assumption')} behind the figures that no document or measurement proves`}
    >
      <ul className="list-disc space-y-0.5 gap-x-8 pl-5 text-ink-2 xl:columns-2 print:columns-2 print:text-xs">
        {lines.map((words) => (
          <li key={words} className="break-words">
            {words}
          </li>
        ))}
        {own.map(({ words, names }) => (
          <li key={words} className="break-words">
            <span className="font-medium text-ink">{namesOf(names)}</span>: {words}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/**
 * Maximum number of circuits that are named next to an assumption; for further circuits, only their number is shown.
 */
const NAMED = 5
const namesOf = (names: readonly string[]): string =>
  names.length <= NAMED ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`

/**
 * Returns at most one line of text: how much the cost of circuits would change if a billed GB had the other possible
 * size (10^9 instead of 2^30 bytes, or the reverse). At most NAMED circuits are named. A circuit is left out if a bill
 * proves which size Azure uses for it, or if its cost would not change.
 */
function gbLines(circuits: readonly CostProjection[]): string[] {
  const changed = circuits.flatMap(({ name, gb }) =>
    !gb.calibrated && gb.otherDifference && getMoneySign(gb.otherDifference) !== 0
      ? [{ reading: formatBytesPerGb(gb.otherBytes), words: `${name} ${formatMoneyChange(gb.otherDifference)}` }]
      : [],
  )
  const [first] = changed
  return first ? [`If a GB were ${first.reading} instead: ${namesOf(changed.map(({ words }) => words))}.`] : []
}
