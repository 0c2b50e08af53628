import { clockNames } from '../links/clock.ts'

/** A list's filter, groups, columns and order under a name, as browsers kept them before views were the server's. */
interface StoredView {
  name: string
  /** the query of the page's address: `?kind=failover`; '' = as it is opened first */
  search: string
}

/** Of each list, by the path of its page. The event log's were filters once, under another name. */
const keyOf = (page: string) => (page === '/events' ? 'peerwatch.events.filters' : `peerwatch.views.${page}`)

/** Reads the stored views; invalid content counts as none. */
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

/** What of a query belongs to the list: not the page of its rows, the clock or the customer, which links carry. */
export function searchToKeep(search: string): string {
  const parameters = new URLSearchParams(search)
  for (const name of ['cursor', 'customer', ...clockNames]) parameters.delete(name)
  const text = parameters.toString()
  return text && `?${text}`
}

/** The browser's store of a list's views: what it still has is offered to the server. */
export const viewStore = {
  read: (page: string): string | null => window.localStorage.getItem(keyOf(page)),
  forget: (page: string): void => window.localStorage.removeItem(keyOf(page)),
}
