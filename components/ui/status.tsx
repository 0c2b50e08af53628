import { clsx } from 'clsx'
import { Glyph, type Tone } from './glyph.tsx'

/** A state as a word with an optional detail. */
export interface StatusWords {
  tone: Tone
  word: string
  /** in brackets after the word, or after a colon if unknown */
  detail?: string | null
}

const inkOf: Record<Tone, string> = {
  up: 'text-up',
  degraded: 'text-degraded',
  down: 'text-down',
  unknown: 'text-ink-2',
  off: 'text-ink-3',
  notice: 'text-ink-2',
}

/** Glyph, word and colour. Unknown is hatched. */
export function Status({ tone, word, detail, className }: StatusWords & { className?: string }) {
  return (
    <span className={clsx('inline-flex min-w-0 items-center gap-1.5', className)}>
      <Glyph tone={tone} />
      <span className={clsx('min-w-0', tone === 'unknown' && 'hatch rounded-xs px-1 -mx-0.5')}>
        <span
          className={clsx('font-semibold tracking-wide', inkOf[tone], tone === 'unknown' && 'bg-surface/80 px-0.5')}
        >
          {word}
        </span>
        {detail && (
          <span className={clsx('text-ink-2', tone === 'unknown' && 'bg-surface/80 pr-0.5')}>
            {joined(tone, detail)}
          </span>
        )}
      </span>
    </span>
  )
}

const joined = (tone: Tone, detail: string) => (tone === 'unknown' ? `: ${detail}` : ` (${detail})`)

/** The same as plain text: for CSV, titles, filters. */
export const statusText = ({ tone, word, detail }: StatusWords) => word + (detail ? joined(tone, detail) : '')
