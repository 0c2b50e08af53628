import { useCallback } from 'react'

/**
 * Loaded data of one resource. The values `loading` and `failed` mean that the data is not available (yet), and null
 * means that no data exists for the resource.
 */
export type ResourceReadState<Value> = Value | null | 'loading' | 'failed'

/**
 * Returns a function that finds the data of one resource in the response about all resources.
 * @param read data by resource id; undefined = loading or failed
 */
export function useResourceReadState<Value>(
  read: ReadonlyMap<string, Value> | undefined,
  isError: boolean,
): (id: string) => ResourceReadState<Value> {
  return useCallback((id) => (read ? (read.get(id) ?? null) : isError ? 'failed' : 'loading'), [read, isError])
}
