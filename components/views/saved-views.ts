import { clockNames } from '../links/clock.ts'

/** A list's filter, groups, columns and order under a name, kept in this browser. */
export interface SavedView {
  name: string
  /** the query of the page's address: `?kind=failover`; '' = as it is opened first */
  search: string
}

/** Of each list, by the path of its page. The event log's were filters once, under another name. */
const keyOf = (page: string) => (page === '/events' ? 'peerwatch.events.filters' : `peerwatch.views.${page}`)
const MOST = 50

/** Reads the stored views; invalid content counts as none. */
export function parseSaved(text: string | null): SavedView[] {
  if (text === null) return []
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed.filter(isSaved) : []
  } catch {
    return []
  }
}

function isSaved(item: unknown): item is SavedView {
  return (
    typeof item === 'object' &&
    item !== null &&
    'name' in item &&
    typeof item.name === 'string' &&
    'search' in item &&
    typeof item.search === 'string'
  )
}

/** Adds a view in front; one of the same name is replaced. */
export const withView = (saved: readonly SavedView[], view: SavedView): SavedView[] =>
  [view, ...saved.filter(({ name }) => name !== view.name)].slice(0, MOST)

export const withoutView = (saved: readonly SavedView[], name: string): SavedView[] =>
  saved.filter((view) => view.name !== name)

/** What of a query belongs to the list: not the page of its rows, the clock or the customer, which links carry. */
export function searchToKeep(search: string): string {
  const parameters = new URLSearchParams(search)
  for (const name of ['cursor', 'customer', ...clockNames]) parameters.delete(name)
  const text = parameters.toString()
  return text && `?${text}`
}

const listeners = new Set<() => void>()

/** The browser's store of a list's views for useSyncExternalStore. */
export const viewStore = {
  read: (page: string): string | null => window.localStorage.getItem(keyOf(page)),
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    window.addEventListener('storage', listener)
    return () => {
      listeners.delete(listener)
      window.removeEventListener('storage', listener)
    }
  },
  write(page: string, saved: readonly SavedView[]): void {
    window.localStorage.setItem(keyOf(page), JSON.stringify(saved))
    for (const listener of listeners) listener()
  },
}
