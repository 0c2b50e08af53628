import { type ReactNode, startTransition, useEffect, useState } from 'react'
import { pageWorkScheduler } from '../data/page-work-scheduler.ts'
import { IdleQueue } from '../data/idle-queue.ts'
import { Panel } from './panel.tsx'

const parts = new IdleQueue()

/**
 * Renders a panel far down a page when the browser is idle, because rendering a long page in one step would block user
 * input. Until then, a placeholder reserves the height. Only the first page of a visit works like this. On later pages,
 * panels are rendered immediately, so that the browser's *Back* can restore the scroll position.
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
  // While React hydrates the page, the first state must produce the same placeholder that the server rendered.
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
