import { useCallback } from 'react'

/** What was read of a resource: `loading` and `failed` say why there is nothing yet; null = it has none. */
export type ReadById<Value> = Value | null | 'loading' | 'failed'

/** Answers by id from one answer about all. @param read undefined = not yet, or it failed */
export function useReadById<Value>(
  read: ReadonlyMap<string, Value> | undefined,
  isError: boolean,
): (id: string) => ReadById<Value> {
  return useCallback((id) => (read ? (read.get(id) ?? null) : isError ? 'failed' : 'loading'), [read, isError])
}
