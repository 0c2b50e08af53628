import { timeParameterNames } from '../links/page-time.ts'

/**
 * View (filter, grouping, columns and order of a list) with a name, as older versions stored it in the browser instead
 * of on the server.
 */
interface StoredView {
  name: string
  /** query string of the page's URL: `?kind=failover`; '' = the default view */
  search: string
}

/**
 * Returns the key under which the browser stores the views of a list, by the path of its page. The key of the event log
 * has another form, because in earlier versions its views were called filters.
 */
const keyOf = (page: string) => (page === '/events' ? 'peerwatch.events.filters' : `peerwatch.views.${page}`)

/** Parses the views stored in the browser; invalid content is ignored. */
export function parseStoredViews(text: string | null): StoredView[] {
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
 * Returns the part of a query string that belongs to a view. The position in a list with several pages of rows, the
 * page time and the customer do not belong to it.
 */
export function extractSavedViewSearch(search: string): string {
  const parameters = new URLSearchParams(search)
  for (const name of ['cursor', 'customer', ...timeParameterNames]) parameters.delete(name)
  const text = parameters.toString()
  return text && `?${text}`
}

/** Views that an older version stored in the browser. The user can move them to the server. */
export const legacyViewStorage = {
  read: (page: string): string | null => window.localStorage.getItem(keyOf(page)),
  forget: (page: string): void => window.localStorage.removeItem(keyOf(page)),
}
