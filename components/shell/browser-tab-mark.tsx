import { useQuery } from '@tanstack/react-query'
import { useContext, useEffect, useState } from 'react'
import { createEndpointQuery, addPageSelectionToParameters, usePageSelection } from '../data/index.ts'
import { MAX_OPEN_INCIDENTS } from '../incidents/incident-queries.ts'
import { summarizeForBrowserTab, type BrowserTabState } from './browser-tab-state.ts'
import { ScreenFrameDataContext } from './visitor.tsx'

const COUNT = /^\(\d+\) /

/** Returns the page title with the number of ongoing incidents in front of it, in place of an earlier number. */
export const addCountToTitle = (title: string, ongoing: number): string =>
  `${ongoing > 0 ? `(${ongoing}) ` : ''}${title.replace(COUNT, '')}`

const fills = { down: '#d55e00', degraded: '#f0e442' } as const

/**
 * Returns the number of ongoing incidents and the tone of the worst; null while unknown. The query starts after the
 * first render. If it started earlier, the page would wait for it instead of using the data that the server sends with
 * the page.
 */
export function useBrowserTabState(): BrowserTabState | null {
  const [isAsked, setIsAsked] = useState(false)
  useEffect(() => setIsAsked(true), [])
  const asked = addPageSelectionToParameters(
    'incidents',
    { state: 'open', limit: MAX_OPEN_INCIDENTS } as const,
    usePageSelection(),
  )
  const { data } = useQuery({ ...createEndpointQuery('incidents', asked), enabled: isAsked })
  const { open } = useContext(ScreenFrameDataContext)
  return data ? summarizeForBrowserTab(data.data) : open
}

/**
 * Keeps the title and the icon of the browser tab current. The title contains the number of ongoing incidents, the icon
 * a mark for the worst of them.
 */
export function BrowserTabMark() {
  const { ongoing, tone } = useBrowserTabState() ?? { ongoing: 0, tone: null }
  useEffect(() => {
    const apply = () => {
      const title = addCountToTitle(document.title, ongoing)
      if (title !== document.title) document.title = title
    }
    apply()
    // A page sets its own title when it opens. The number of incidents is then added again.
    const observer = new MutationObserver(apply)
    observer.observe(document.head, { childList: true, subtree: true, characterData: true })
    return () => observer.disconnect()
  }, [ongoing])
  return tone ? <link rel="icon" type="image/svg+xml" href={markedIcon(tone)} /> : null
}

/** Returns the product's icon with a mark in its corner: a square for down, a triangle for degraded. */
function markedIcon(tone: keyof typeof fills): string {
  const shape =
    tone === 'down'
      ? `<rect x="15" y="15" width="16" height="16" rx="3" fill="${fills.down}" stroke="#fff" stroke-width="1.5"/>`
      : `<path d="M23 14l9 17H14z" fill="${fills.degraded}" stroke="#0b0f14" stroke-width="1.5"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b0f14"/><path d="M8 11h16" stroke="#56b4e9" stroke-width="2.5"/><circle cx="8" cy="11" r="3.2" fill="#56b4e9"/><circle cx="24" cy="11" r="3.2" fill="#56b4e9"/>${shape}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
