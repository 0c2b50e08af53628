/** A filter with a name, kept in this browser. */
export interface SavedFilter {
  name: string
  /** what stands behind the page's address: `?kind=failover`; '' = everything */
  search: string
}

const KEY = 'peerwatch.events.filters'
const MOST = 50

/** Reads what was kept; anything that is no list of filters counts as none. */
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

/** The newest first; one of the same name is replaced. */
export const withFilter = (saved: readonly SavedFilter[], filter: SavedFilter): SavedFilter[] =>
  [filter, ...saved.filter(({ name }) => name !== filter.name)].slice(0, MOST)

export const withoutFilter = (saved: readonly SavedFilter[], name: string): SavedFilter[] =>
  saved.filter((filter) => filter.name !== name)

/** What of an address is worth keeping: not the page that somebody has turned to. */
export function searchToKeep(search: string): string {
  const parameters = new URLSearchParams(search)
  parameters.delete('cursor')
  const text = parameters.toString()
  return text && `?${text}`
}

const listeners = new Set<() => void>()

/** The browser's own store of filters, as React reads one. */
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
