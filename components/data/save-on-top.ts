import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { type Answer, apiUrl, getJson, sendJson } from './client.ts'
import { endpointQuery } from './endpoint.ts'

/**
 * Sends a command, and reads again the answers that show its effect.
 * @param rereads first parts of the keys of these answers
 * @param when `onSettled` = after a failed command too
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
 * Saves edits of a versioned list on top of the stored one. Its new answer replaces the cached one.
 * @param bodyOf the request body that makes the edit
 * @param rereads first parts of the keys of other answers that show the edit
 */
export function useSaveOnTop<Stored, Edit>(
  path: 'channels' | 'declarations' | 'escalation' | 'report-schedules',
  bodyOf: (stored: Stored, edit: Edit) => unknown,
  rereads: readonly QueryKey[] = [],
) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (edit: Edit) => saveOnTop<Stored>(path, (stored) => bodyOf(stored, edit)),
    onSuccess: (answer) => {
      client.setQueryData(endpointQuery(path).queryKey as QueryKey, answer)
      for (const queryKey of rereads) void client.invalidateQueries({ queryKey })
    },
  })
}

const TRIES = 3

/**
 * Saves a change of what has a version, on top of what is stored by now, so that concurrent changes of others are kept.
 * @param bodyOf the request body that makes the change, with the version of what is stored
 * @throws ApiError; what `bodyOf` throws
 */
async function saveOnTop<Stored>(path: string, bodyOf: (stored: Stored) => unknown): Promise<Answer<Stored>> {
  const url = apiUrl(path)
  for (let tries = 1; ; tries++) {
    const { data } = await getJson<Answer<Stored>>(url)
    try {
      return await sendJson<Answer<Stored>>('PUT', url, bodyOf(data))
    } catch (error) {
      // somebody else saved in between: make the change to that
      if (!(error instanceof ApiError && error.status === 409) || tries === TRIES) throw error
    }
  }
}

/** A list with one item changed. @param id null = `after` is added. @param after null = it is removed */
export function withItem<Item extends { id?: string | undefined }>(
  list: readonly Item[],
  id: string | null,
  after: Item | null,
): Item[] {
  const next = list.flatMap((one) => (one.id !== id ? [one] : after ? [after] : []))
  return id === null && after ? [...next, after] : next
}
