import { type ReactNode, startTransition, useEffect, useState } from 'react'
import { pageWorkScheduler } from '../data/page-work-scheduler.ts'
import { IdleQueue } from '../data/idle-queue.ts'
import { Panel } from './panel.tsx'

const parts = new IdleQueue()

/**
 * Renders a panel far down a page when the browser is idle, because rendering a long page in one step would block user
 * input. Until then, a placeholder keeps the height. After the first page of a visit, panels are rendered immediately,
 * so that *Back* restores the scroll position.
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
  // while React hydrates the page, the first state must match the placeholder that the server rendered
  const [isThere, setThere] = useState(() => parts.isThrough && !pageWorkScheduler.isHeld)
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
