import { type ReactNode, startTransition, useEffect, useState } from 'react'
import { turns } from '../data/turns.ts'
import { IdleQueue } from '../data/idle-queue.ts'
import { Panel } from './panel.tsx'

const parts = new IdleQueue()

/**
 * A panel far down a page, rendered when the browser is idle: rendering a whole page at once would block input
 * meanwhile. A placeholder keeps its height. After the first page it renders immediately, so that *Back* restores the scroll position.
 */
export function DeferredPanel({
  title,
  height,
  children,
}: {
  title: string
  /** approximate height of the content, rem */
  height: number
  children: ReactNode
}) {
  // a part that is hydrated late has the placeholder of the server
  const [isThere, setThere] = useState(() => parts.isThrough && !turns.isHeld)
  useEffect(() => {
    if (!isThere) return parts.ask(() => startTransition(() => setThere(true)))
  }, [isThere])
  if (isThere) return children
  return (
    <Panel title={title}>
      <div aria-busy="true">
        <span className="sr-only">Loading</span>
        <div className="skeleton" style={{ height: `${height}rem` }} />
      </div>
    </Panel>
  )
}
