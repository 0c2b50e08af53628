import { Activity, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import { turns } from '../data/turns.ts'

/**
 * Parts of a page, one below the other, of which each is hydrated after those before it: hydrated at once, a long page keeps a hand
 * waiting while React runs all of its effects. A part that is pressed before its turn is hydrated at the press (ADR 0181).
 *
 * Each stands in an `Activity` within the one before, whose hydration React puts off until what is around it is through
 * (https://react.dev/reference/react/Activity). `Suspense` would do the same, but the server leaves those beyond its first 12,800
 * bytes out and adds them by a script (`progressiveChunkSize`). There are as many parts each time: null where one is empty.
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
