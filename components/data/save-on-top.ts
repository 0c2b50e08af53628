import { ApiError } from './api-error.ts'
import { type Answer, apiUrl, getJson, sendJson } from './client.ts'

const TRIES = 3

/**
 * Saves a change of what has a version, on top of what is stored by now, so that concurrent changes of others are kept.
 * @param bodyOf the request body that makes the change, with the version of what is stored
 * @throws ApiError; what `bodyOf` throws
 */
export async function saveOnTop<Stored>(path: string, bodyOf: (stored: Stored) => unknown): Promise<Answer<Stored>> {
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
