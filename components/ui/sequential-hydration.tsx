import { Activity, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import { pageWorkScheduler } from '../data/page-work-scheduler.ts'

/**
 * Renders parts of a page so that React hydrates them one after the other. Hydrating a long page in one step would
 * block input while React runs all of its effects. A part that is clicked before its turn is hydrated immediately
 * (ADR 0181).
 * Each part is inside an `Activity` within the previous part, because React hydrates an `Activity` only after the
 * content around it (https://react.dev/reference/react/Activity). `Suspense` would do the same, but the server would
 * leave out boundaries beyond its first 12,800 bytes and add them with a script (`progressiveChunkSize`).
 * The number of parts must be the same in each rendering; an empty part is null.
 */
export function SequentialHydration({ children }: { children: readonly ReactNode[] }) {
  const release = useRef(() => {})
  useLayoutEffect(() => {
    release.current = pageWorkScheduler.hold()
    return release.current
  }, [])
  const onThrough = useCallback(() => release.current(), [])
  return <Turn parts={children} onThrough={onThrough} />
}

function Turn({ parts: [first, ...others], onThrough }: { parts: readonly ReactNode[]; onThrough: () => void }) {
  const isLast = others.length === 0
  useEffect(() => {
    if (isLast) onThrough()
  }, [isLast, onThrough])
  return (
    <>
      {first}
      {!isLast && (
        <Activity>
          <Turn parts={others} onThrough={onThrough} />
        </Activity>
      )}
    </>
  )
}
