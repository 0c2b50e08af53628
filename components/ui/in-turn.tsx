import { Activity, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import { turns } from '../data/turns.ts'

/**
 * Renders parts of a page so that each is hydrated after the previous parts. Hydrating a long page in one step would
 * block input while React runs all of its effects. A part that is clicked before its turn is hydrated immediately
 * (ADR 0181).
 * Each part is inside an `Activity` within the previous part. React delays the hydration of an `Activity` until the
 * content around it is hydrated (https://react.dev/reference/react/Activity). `Suspense` would do the same, but the
 * server leaves out boundaries beyond its first 12,800 bytes and adds them with a script (`progressiveChunkSize`). The
 * number of parts must be the same each time; an empty part is null.
 */
export function InTurn({ children }: { children: readonly ReactNode[] }) {
  const release = useRef(() => {})
  useLayoutEffect(() => {
    release.current = turns.hold()
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
