import type { StateTone } from '#components/ui/drawing/glyph.tsx'
import { getIncidentTone, type IncidentToneInput } from '#components/events/incident-text.ts'
import { isIncidentOngoing } from '#lib/contract/vocabulary.ts'
import type { Incident } from '#lib/incidents/api/index.ts'

/** Number of ongoing incidents and tone of the worst, for the title and icon of the browser tab. */
export interface BrowserTabState {
  ongoing: number
  tone: Extract<StateTone, 'down' | 'degraded'> | null
}

/**
 * Returns the number of ongoing incidents and the tone of the worst. Incidents during maintenance and recovered
 * incidents do not count, because they need no action.
 */
export function summarizeForBrowserTab(
  open: readonly (Pick<Incident, 'phase' | 'maintenance'> & IncidentToneInput)[],
): BrowserTabState {
  const ongoing = open.filter(isIncidentOngoing)
  const tones = ongoing.map(getIncidentTone)
  return { ongoing: ongoing.length, tone: (['down', 'degraded'] as const).find((tone) => tones.includes(tone)) ?? null }
}
