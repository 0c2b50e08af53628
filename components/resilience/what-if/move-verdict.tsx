import type { Move } from '#lib/resilience/api/index.ts'
import { hindranceKinds } from '#lib/resilience/api/move-text.ts'

/**
 * Shows the paths to which traffic moves after a loss, and a line for each hindrance. An unknown verdict has no line,
 * because the effect of the loss shows it.
 */
export function MoveVerdict({ move: { verdict, sentence, hindrances } }: { move: Move }) {
  return (
    <>
      {verdict !== null && verdict !== 'unknown' && (
        <p className="text-sm wrap-anywhere" data-verdict={verdict}>
          {sentence}
        </p>
      )}
      {hindrances.length > 0 && (
        <ul className="mt-1 grid gap-0.5 text-sm wrap-anywhere" aria-label="Hindrances">
          {hindrances.map(({ kind, text }) => (
            <li key={text}>
              <strong className="font-semibold">{hindranceKinds[kind].name}:</strong> {text}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
