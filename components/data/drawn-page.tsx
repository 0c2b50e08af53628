'use client'

import { type DehydratedState, hashKey, HydrationBoundary, type QueryKey } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react'

/** The answers that the server drew a page from, by hash of key. */
export const DrawnFrom = createContext<Pick<ReadonlyMap<string, unknown>, 'get'>>(new Map())

/** A page that the server drew. @param state the answers that it drew the page from */
export function DrawnPage({ state, children }: { state: DehydratedState; children: ReactNode }) {
  const drawn = useMemo(
    () => new Map(state.queries.map(({ queryHash, state: { data } }) => [queryHash, data])),
    [state],
  )
  return (
    <DrawnFrom value={drawn}>
      <HydrationBoundary state={state}>{children}</HydrationBoundary>
    </DrawnFrom>
  )
}

const never = () => () => {}

/**
 * A query as the server drew it, for as long as React hydrates what reads it, and as it is from then on. On a busy machine a part of a page
 * is hydrated seconds after the others, which have read newer answers by then, or those that the server had not in time: React would find
 * other words than those in the page, and draw the part again (https://react.dev/reference/react/useSyncExternalStore, getServerSnapshot).
 */
export function useAsDrawn<Result extends { data: unknown; error: unknown }>(
  result: Result,
  queryKey: QueryKey,
): Result {
  const drawn = useContext(DrawnFrom).get(hashKey(queryKey))
  const read = () => result.error ?? result.data
  if (
    Object.is(
      useSyncExternalStore(never, read, () => drawn),
      read(),
    )
  )
    return result
  const isPending = drawn === undefined
  // inherits, so that nobody is said to read what he does not
  return Object.create(result, {
    data: { value: drawn },
    error: { value: null },
    isError: { value: false },
    isPending: { value: isPending },
    isSuccess: { value: !isPending },
  }) as Result
}
