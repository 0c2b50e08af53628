import type { Tone } from '#components/ui/drawing/glyph.tsx'
import { severityTone } from '#components/ui/words.ts'
import { isOngoing, severities } from '#lib/contract/vocabulary.ts'
import type { Incident } from '#lib/incidents/api/index.ts'

/** Number of ongoing incidents and tone of the worst, for the title and icon of the browser tab. */
export interface TabState {
  ongoing: number
  tone: Extract<Tone, 'down' | 'degraded'> | null
}

/**
 * Returns the number of ongoing incidents and the tone of the worst. Incidents during maintenance and recovered
 * incidents do not count, because they need no action.
 */
export function summarizeForTab(open: readonly Pick<Incident, 'phase' | 'severity' | 'maintenance'>[]): TabState {
  const ongoing = open.filter(isOngoing)
  const worst = severities.find((severity) => ongoing.some((incident) => incident.severity === severity))
  const tone = worst && severityTone[worst]
  return { ongoing: ongoing.length, tone: tone === 'down' || tone === 'degraded' ? tone : null }
}
