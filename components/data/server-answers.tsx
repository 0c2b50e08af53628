'use client'

import { type DehydratedState, hashKey, HydrationBoundary, type QueryKey } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react'

/** API responses from which the server rendered the page, by hash of their query key. */
export const ServerResponsesContext = createContext<Pick<ReadonlyMap<string, unknown>, 'get'>>(new Map())

/**
 * Provides the API responses from which the server rendered a page to the components inside.
 * @param state cached responses in the form that React Query transfers to the browser
 */
export function ServerResponsesProvider({ state, children }: { state: DehydratedState; children: ReactNode }) {
  const drawn = useMemo(
    () => new Map(state.queries.map(({ queryHash, state: { data } }) => [queryHash, data])),
    [state],
  )
  return (
    <ServerResponsesContext value={drawn}>
      <HydrationBoundary state={state}>{children}</HydrationBoundary>
    </ServerResponsesContext>
  )
}

const never = () => () => {}

/**
 * Returns a query result with the response that the server used while React hydrates the component, and with the
 * current response afterwards. On a busy machine a part of a page is hydrated seconds after other parts, which may
 * already have loaded newer responses. Without this function, React would find a text that differs from the server's
 * page and would render the part again (https://react.dev/reference/react/useSyncExternalStore, getServerSnapshot).
 */
export function useServerResponse<Result extends { data: unknown; error: unknown }>(
  result: Result,
  queryKey: QueryKey,
): Result {
  const drawn = useContext(ServerResponsesContext).get(hashKey(queryKey))
  const read = () => result.error ?? result.data
  if (
    Object.is(
      useSyncExternalStore(never, read, () => drawn),
      read(),
    )
  )
    return result
  const isPending = drawn === undefined
  // The object inherits from the result instead of copying it, so that React Query tracks only the properties that the
  // component reads.
  return Object.create(result, {
    data: { value: drawn },
    error: { value: null },
    isError: { value: false },
    isPending: { value: isPending },
    isSuccess: { value: !isPending },
  }) as Result
}
