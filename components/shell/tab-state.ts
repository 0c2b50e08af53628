import type { Incident } from '#lib/incidents/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import type { Tone } from '../ui/drawing/glyph.tsx'
import { severityTone } from '../ui/words.ts'

/** What a browser's tab says of the estate: how many incidents go on, and the tone of the worst. */
interface TabState {
  ongoing: number
  tone: Extract<Tone, 'down' | 'degraded'> | null
}

/** Maintenance, and what has recovered, calls for nobody. */
export function tabState(open: readonly Pick<Incident, 'phase' | 'severity' | 'maintenance'>[]): TabState {
  const ongoing = open.filter(({ phase, maintenance }) => phase === 'ongoing' && !maintenance)
  const worst = severities.find((severity) => ongoing.some((incident) => incident.severity === severity))
  const tone = worst && severityTone[worst]
  return { ongoing: ongoing.length, tone: tone === 'down' || tone === 'degraded' ? tone : null }
}

const COUNT = /^\(\d+\) /

/** The title of a page with the count in front of it, in place of an earlier one. */
export const titleWith = (title: string, ongoing: number): string =>
  `${ongoing > 0 ? `(${ongoing}) ` : ''}${title.replace(COUNT, '')}`

const fills = { down: '#d55e00', degraded: '#f0e442' } as const

/** The icon with a mark in its corner: a square for what is down, a triangle for what is degraded. */
export function markedIcon(tone: keyof typeof fills): string {
  const shape =
    tone === 'down'
      ? `<rect x="15" y="15" width="16" height="16" rx="3" fill="${fills.down}" stroke="#fff" stroke-width="1.5"/>`
      : `<path d="M23 14l9 17H14z" fill="${fills.degraded}" stroke="#0b0f14" stroke-width="1.5"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b0f14"/><path d="M8 11h16" stroke="#56b4e9" stroke-width="2.5"/><circle cx="8" cy="11" r="3.2" fill="#56b4e9"/><circle cx="24" cy="11" r="3.2" fill="#56b4e9"/>${shape}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
