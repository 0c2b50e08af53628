import { clockNames } from '../links/clock.ts'

/** Named filter, grouping, columns and order of a list, as browsers stored them before the server stored views. */
interface StoredView {
  name: string
  /** query of the page's URL: `?kind=failover`; '' = the default */
  search: string
}

/**
 * Returns the storage key of a list, by the path of its page. The key for the event log has another name because its
 * views were formerly called filters.
 */
const keyOf = (page: string) => (page === '/events' ? 'peerwatch.events.filters' : `peerwatch.views.${page}`)

/** Reads the stored views; invalid content is ignored. */
export function parseSaved(text: string | null): StoredView[] {
  if (text === null) return []
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed.filter(isSaved) : []
  } catch {
    return []
  }
}

function isSaved(item: unknown): item is StoredView {
  return (
    typeof item === 'object' &&
    item !== null &&
    'name' in item &&
    typeof item.name === 'string' &&
    'search' in item &&
    typeof item.search === 'string'
  )
}

/**
 * Returns the part of a query that belongs to the list, without the page of rows, the page time and the customer, which
 * links carry.
 */
export function searchToKeep(search: string): string {
  const parameters = new URLSearchParams(search)
  for (const name of ['cursor', 'customer', ...clockNames]) parameters.delete(name)
  const text = parameters.toString()
  return text && `?${text}`
}

/** Views of a list stored in the browser. They are offered for saving on the server. */
export const viewStore = {
  read: (page: string): string | null => window.localStorage.getItem(keyOf(page)),
  forget: (page: string): void => window.localStorage.removeItem(keyOf(page)),
}
