'use client'

import { type ReactNode, startTransition, useEffect, useState } from 'react'
import { IdleQueue } from './idle-queue.ts'
import { Panel } from './panel.tsx'

const parts = new IdleQueue()

/**
 * A panel far down a page, drawn after what stands above it: a page that comes whole draws all of its parts in one piece, during which it
 * hears nobody. Its place is kept meanwhile. On the way from one page to the next it is there at once, so that *Back* finds its place.
 */
export function DeferredPanel({
  id,
  title,
  height,
  children,
}: {
  id?: string
  title: string
  /** of what is in it, rem; about as high as it will be */
  height: number
  children: ReactNode
}) {
  const [isThere, setThere] = useState(parts.isThrough)
  useEffect(() => {
    if (!isThere) return parts.ask(() => startTransition(() => setThere(true)))
  }, [isThere])
  if (isThere) return children
  return (
    <Panel {...(id !== undefined && { id })} title={title}>
      <div aria-busy="true">
        <span className="sr-only">Loading</span>
        <div className="skeleton" style={{ height: `${height}rem` }} />
      </div>
    </Panel>
  )
}
