import type { Tone } from './glyph.tsx'

/** CSS class for the fill of a bar by tone. An unknown state is hatched. */
export const toneFill: Record<Tone, string> = {
  up: 'bg-up-mark',
  degraded: 'bg-degraded-mark',
  down: 'bg-down-mark',
  unknown: 'hatch border border-line-strong',
  off: 'bg-line-strong',
  notice: 'bg-ink-3',
}
