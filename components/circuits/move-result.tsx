import type { TrafficMove } from '#lib/resilience/api/index.ts'
import { hindranceKinds } from '#lib/resilience/api/move-text.ts'
import { formatCountWithPlural } from '../format/quantity.ts'

/** Number of hindrances that are listed. The page with the simulation of the loss lists the paths of each prefix. */
const SHOWN = 5

/**
 * Shows the paths to which traffic moves after a loss, and a line for each hindrance. If the verdict is unknown, no
 * verdict is shown, because the text about the effect of the loss already states it.
 */
export function TrafficMoveResult({ move: { verdict, sentence, hindrances } }: { move: TrafficMove }) {
  return (
    <>
      {verdict !== null && verdict !== 'unknown' && (
        <p className="text-sm wrap-anywhere" data-verdict={verdict}>
          {sentence}
        </p>
      )}
      {hindrances.length > 0 && (
        <ul className="mt-1 grid gap-0.5 text-sm wrap-anywhere" aria-label="Hindrances">
          {hindrances.slice(0, SHOWN).map(({ kind, text }) => (
            <li key={text}>
              <strong className="font-semibold">{hindranceKinds[kind].name}:</strong> {text}
            </li>
          ))}
          {hindrances.length > SHOWN && (
            <li className="text-ink-2">{formatCountWithPlural(hindrances.length - SHOWN, 'more hindrance')}</li>
          )}
        </ul>
      )}
    </>
  )
}
