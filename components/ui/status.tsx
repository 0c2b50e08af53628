import { clsx } from 'clsx'
import { formatUtcSecond } from '#lib/contract/time/dates.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import { StateSymbol, type StateTone } from './drawing/glyph.tsx'
import { LastKnownTime } from './times/time.tsx'

/** State as a word with an optional detail. */
export interface StatusText {
  tone: StateTone
  word: string
  /** shown in parentheses after the word, or after a colon if the tone is unknown */
  detail?: string | null
  /** time of the last poll that confirmed the state, if the state is unknown now; ISO 8601 */
  at?: string
  /** whether the state has ended; its symbol keeps the color of the state, but its word is gray */
  isOver?: boolean
}

const inkOf: Record<StateTone, string> = {
  up: 'text-up',
  degraded: 'text-degraded',
  down: 'text-down',
  unknown: 'text-ink-2',
  off: 'text-ink-3',
  notice: 'text-ink-2',
}

/** State with its symbol, word and color. An unknown state is hatched. */
export function StateLabel({ className, ...status }: StatusText & { className?: string }) {
  return (
    <span className={clsx('inline-flex min-w-0 items-center gap-1.5', className)}>
      <StateSymbol tone={status.tone} />
      <span className="min-w-0">
        <Words {...status} />
      </span>
    </span>
  )
}

function Words({ tone, word, at, detail, isOver = false }: StatusText) {
  const isUnknown = tone === 'unknown'
  const words = (
    <>
      <span
        className={clsx(
          'font-semibold tracking-wide',
          isOver ? 'text-ink-2' : inkOf[tone],
          isUnknown && 'bg-surface/80 px-0.5',
        )}
      >
        {word}
      </span>
      {at && (
        <span className="bg-surface/80 text-ink-2">
          {', '}
          <LastKnownTime at={at} />
        </span>
      )}
      {detail && (
        <span className={clsx('text-ink-2', isUnknown && 'bg-surface/80 pr-0.5')}>{joined(tone, detail)}</span>
      )}
    </>
  )
  // An inline element is used, so that the hatching of a text with two lines ends at the end of each line.
  return isUnknown ? <span className="hatch -mx-0.5 rounded-xs box-decoration-clone px-1 py-0.5">{words}</span> : words
}

const joined = (tone: StateTone, detail: string) => (tone === 'unknown' ? `: ${detail}` : ` (${detail})`)

/** Returns the state as plain text, for CSV, titles and filters. Its time has the date, because a file is read later. */
export const formatStatusText = ({ tone, word, at, detail }: StatusText) =>
  word + (at ? `, ${formatLastKnown(formatUtcSecond(at))}` : '') + (detail ? joined(tone, detail) : '')
