'use client'

import { useEffect, useState } from 'react'
import { useEndpoint } from '../data/index.ts'
import { OPEN_ROWS } from '../incidents/list-sizes.ts'
import { markedIcon, tabState, titleWith } from './tab-state.ts'

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
