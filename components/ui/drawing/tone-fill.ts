import type { StateTone } from './glyph.tsx'

/** CSS class that fills a bar in the color of a tone (class of states). An unknown state is hatched. */
export const barFillClassByStateTone: Record<StateTone, string> = {
  up: 'bg-up-mark',
  degraded: 'bg-degraded-mark',
  down: 'bg-down-mark',
  unknown: 'hatch border border-line-strong',
  off: 'bg-line-strong',
  notice: 'bg-ink-3',
}
