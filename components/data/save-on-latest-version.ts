import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { type ApiResponse, buildApiUrl, getJson, sendJson } from './client.ts'
import { createEndpointQuery } from './endpoint.ts'

/**
 * Returns a mutation that sends a command and then refetches the responses that the command changes.
 * @param rereads beginnings of the query keys to refetch
 * @param when `onSuccess` = refetch only after a successful command; `onSettled` = also after a failed command
 */
export function useCommand<Body = void, Result = unknown>(
  send: (body: Body) => Promise<Result>,
  rereads: readonly QueryKey[],
  when: 'onSuccess' | 'onSettled' = 'onSuccess',
) {
  const client = useQueryClient()
  const reread = () => Promise.all(rereads.map((queryKey) => client.invalidateQueries({ queryKey })))
  return useMutation({ mutationFn: send, [when]: reread })
}

/**
 * Returns a mutation that applies an edit to the stored version of a versioned list and saves the result. The response
 * replaces the cached list.
 * @param bodyOf returns the request body that makes the edit
 * @param rereads beginnings of other query keys to refetch
 */
export function useSaveOnLatestVersion<Stored, Edit>(
  path: 'channels' | 'declarations' | 'escalation' | 'report-schedules',
  bodyOf: (stored: Stored, edit: Edit) => unknown,
  rereads: readonly QueryKey[] = [],
) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (edit: Edit) => saveOnTop<Stored>(path, (stored) => bodyOf(stored, edit)),
    onSuccess: (answer) => {
      client.setQueryData(createEndpointQuery(path).queryKey as QueryKey, answer)
      for (const queryKey of rereads) void client.invalidateQueries({ queryKey })
    },
  })
}

const TRIES = 3

/**
 * Reads the stored version of a versioned list, applies a change to it and saves the result, so that concurrent changes
 * of other users are kept.
 * @param bodyOf returns the request body that makes the change, with the stored version
 * @throws ApiError if a request fails; also the errors of `bodyOf`
 */
async function saveOnTop<Stored>(path: string, bodyOf: (stored: Stored) => unknown): Promise<ApiResponse<Stored>> {
  const url = buildApiUrl(path)
  for (let tries = 1; ; tries++) {
    const { data } = await getJson<ApiResponse<Stored>>(url)
    try {
      return await sendJson<ApiResponse<Stored>>('PUT', url, bodyOf(data))
    } catch (error) {
      // another user saved in between, so the change is applied to the new version
      if (!(error instanceof ApiError && error.status === 409) || tries === TRIES) throw error
    }
  }
}

/**
 * Returns a copy of a list with one item replaced, added or removed.
 * @param id ID of the item to replace or remove; null = `after` is added
 * @param after new item; null = the item is removed
 */
export function replaceItem<Item extends { id?: string | undefined }>(
  list: readonly Item[],
  id: string | null,
  after: Item | null,
): Item[] {
  const next = list.flatMap((one) => (one.id !== id ? [one] : after ? [after] : []))
  return id === null && after ? [...next, after] : next
}
