import type { Tone } from '#components/ui/drawing/glyph.tsx'
import { severityTone } from '#components/ui/words.ts'
import { isOngoing, severities } from '#lib/contract/vocabulary.ts'
import type { Incident } from '#lib/incidents/api/index.ts'

/** What a browser's tab says of the estate: how many incidents go on, and the tone of the worst. */
export interface TabState {
  ongoing: number
  tone: Extract<Tone, 'down' | 'degraded'> | null
}

/** Maintenance, and what has recovered, calls for nobody. */
export function tabState(open: readonly Pick<Incident, 'phase' | 'severity' | 'maintenance'>[]): TabState {
  const ongoing = open.filter(isOngoing)
  const worst = severities.find((severity) => ongoing.some((incident) => incident.severity === severity))
  const tone = worst && severityTone[worst]
  return { ongoing: ongoing.length, tone: tone === 'down' || tone === 'degraded' ? tone : null }
}
