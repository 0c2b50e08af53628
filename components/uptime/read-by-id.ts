import { useCallback } from 'react'

/** Data of a resource. `loading` and `failed` mean that the data is not available; null = the resource has no data. */
export type ReadById<Value> = Value | null | 'loading' | 'failed'

/**
 * Returns a function that finds the data of one resource in a response about all.
 * @param read undefined = loading or failed
 */
export function useReadById<Value>(
  read: ReadonlyMap<string, Value> | undefined,
  isError: boolean,
): (id: string) => ReadById<Value> {
  return useCallback((id) => (read ? (read.get(id) ?? null) : isError ? 'failed' : 'loading'), [read, isError])
}
