import type { Tone } from './glyph.tsx'

/** Fill class of a bar for each tone; unknown is hatched. */
export const toneFill: Record<Tone, string> = {
  up: 'bg-up-mark',
  degraded: 'bg-degraded-mark',
  down: 'bg-down-mark',
  unknown: 'hatch border border-line-strong',
  off: 'bg-line-strong',
  notice: 'bg-ink-3',
}
