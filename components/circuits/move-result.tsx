import type { Move } from '#lib/resilience/api/index.ts'
import { hindranceKinds } from '#lib/resilience/api/move-text.ts'
import { formatCountWithPlural } from '../format/quantity.ts'

/** Number of hindrances that are shown. The simulation of the loss shows the paths of each prefix. */
const SHOWN = 5

/**
 * Shows the paths to which traffic moves after a loss, and a line for each hindrance. An unknown verdict has no line,
 * because the effect of the loss shows it.
 */
export function TrafficMoveResult({ move: { verdict, sentence, hindrances } }: { move: Move }) {
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
