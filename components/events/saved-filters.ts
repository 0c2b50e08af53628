/** A filter with a name, kept in this browser. */
export interface SavedFilter {
  name: string
  /** the query of the page's address: `?kind=failover`; '' = no filter */
  search: string
}

const KEY = 'peerwatch.events.filters'
const MOST = 50

/** Reads the stored filters; invalid content counts as none. */
export function parseSaved(text: string | null): SavedFilter[] {
  if (text === null) return []
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed.filter(isSaved) : []
  } catch {
    return []
  }
}

function isSaved(item: unknown): item is SavedFilter {
  return (
    typeof item === 'object' &&
    item !== null &&
    'name' in item &&
    typeof item.name === 'string' &&
    'search' in item &&
    typeof item.search === 'string'
  )
}

/** Adds a filter in front; one of the same name is replaced. */
export const withFilter = (saved: readonly SavedFilter[], filter: SavedFilter): SavedFilter[] =>
  [filter, ...saved.filter(({ name }) => name !== filter.name)].slice(0, MOST)

export const withoutFilter = (saved: readonly SavedFilter[], name: string): SavedFilter[] =>
  saved.filter((filter) => filter.name !== name)

/** The query without the page cursor. */
export function searchToKeep(search: string): string {
  const parameters = new URLSearchParams(search)
  parameters.delete('cursor')
  const text = parameters.toString()
  return text && `?${text}`
}

const listeners = new Set<() => void>()

/** The browser's store of filters for useSyncExternalStore. */
export const filterStore = {
  read: (): string | null => window.localStorage.getItem(KEY),
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    window.addEventListener('storage', listener)
    return () => {
      listeners.delete(listener)
      window.removeEventListener('storage', listener)
    }
  },
  write(saved: readonly SavedFilter[]): void {
    window.localStorage.setItem(KEY, JSON.stringify(saved))
    for (const listener of listeners) listener()
  },
}
