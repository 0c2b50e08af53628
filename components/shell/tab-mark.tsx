'use client'

import { useEffect, useState } from 'react'
import type { Tone } from '#components/ui/drawing/glyph.tsx'
import { severityTone } from '#components/ui/words.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { OPEN_ROWS } from '../incidents/list-sizes.ts'

/** What a browser's tab says of the estate: how many incidents go on, and the tone of the worst. */
interface TabState {
  ongoing: number
  tone: Extract<Tone, 'down' | 'degraded'> | null
}

const COUNT = /^\(\d+\) /

/** The title of a page with the count in front of it, in place of an earlier one. */
export const titleWith = (title: string, ongoing: number): string =>
  `${ongoing > 0 ? `(${ongoing}) ` : ''}${title.replace(COUNT, '')}`

const fills = { down: '#d55e00', degraded: '#f0e442' } as const

/**
 * Puts the number of incidents that go on into the tab's title, and the worst of them into its icon. It asks after the page is there:
 * a question that the frame had asked first would keep the page from being drawn with the answer that it brings to it.
 */
export function TabMark() {
  const [isAsked, setIsAsked] = useState(false)
  useEffect(() => setIsAsked(true), [])
  return isAsked ? <OngoingMark /> : null
}

function OngoingMark() {
  const open = useEndpoint('incidents', { state: 'open', limit: OPEN_ROWS }).data?.data
  const { ongoing, tone } = tabState(open ?? [])
  useEffect(() => {
    const apply = () => {
      const title = titleWith(document.title, ongoing)
      if (title !== document.title) document.title = title
    }
    apply()
    // each page sets a title of its own
    const observer = new MutationObserver(apply)
    observer.observe(document.head, { childList: true, subtree: true, characterData: true })
    return () => observer.disconnect()
  }, [ongoing])
  return tone ? <link rel="icon" type="image/svg+xml" href={markedIcon(tone)} /> : null
}

/** Maintenance, and what has recovered, calls for nobody. */
export function tabState(open: readonly Pick<Incident, 'phase' | 'severity' | 'maintenance'>[]): TabState {
  const ongoing = open.filter(({ phase, maintenance }) => phase === 'ongoing' && !maintenance)
  const worst = severities.find((severity) => ongoing.some((incident) => incident.severity === severity))
  const tone = worst && severityTone[worst]
  return { ongoing: ongoing.length, tone: tone === 'down' || tone === 'degraded' ? tone : null }
}

/** The icon with a mark in its corner: a square for what is down, a triangle for what is degraded. */
function markedIcon(tone: keyof typeof fills): string {
  const shape =
    tone === 'down'
      ? `<rect x="15" y="15" width="16" height="16" rx="3" fill="${fills.down}" stroke="#fff" stroke-width="1.5"/>`
      : `<path d="M23 14l9 17H14z" fill="${fills.degraded}" stroke="#0b0f14" stroke-width="1.5"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b0f14"/><path d="M8 11h16" stroke="#56b4e9" stroke-width="2.5"/><circle cx="8" cy="11" r="3.2" fill="#56b4e9"/><circle cx="24" cy="11" r="3.2" fill="#56b4e9"/>${shape}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
