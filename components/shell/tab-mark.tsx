'use client'

import { useEffect } from 'react'
import { useEndpoint } from '../data/index.ts'
import { OPEN_ROWS } from '../incidents/list-sizes.ts'
import { markedIcon, tabState, titleWith } from './tab-state.ts'

/** Puts the number of incidents that go on into the tab's title, and the worst of them into its icon. */
export function TabMark() {
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
