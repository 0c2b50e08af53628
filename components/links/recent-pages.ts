/** Page that the user opened recently and that the command palette offers. */
export interface RecentPage {
  href: string
  name: string
  detail: string
}

const KEY = 'peerwatch-recent'
const MAX_RECENT_PAGES = 8

/**
 * Returns the list of recent pages with a page added at the start, without duplicates and with a limited number of
 * pages.
 */
export function addRecentPage(recent: readonly RecentPage[], { href, name, detail }: RecentPage): RecentPage[] {
  return [{ href, name, detail }, ...recent.filter((item) => item.href !== href)].slice(0, MAX_RECENT_PAGES)
}

/** Parses the recent pages stored in the browser; invalid content gives an empty list. */
export function parseRecentPages(text: string | null): RecentPage[] {
  try {
    const items: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(items) ? items.filter(isItem) : []
  } catch {
    return []
  }
}

/**
 * Reports whether a stored item is a valid recent page. Only URLs of this site are valid, because the items are opened
 * as links.
 */
const isItem = (item: unknown): item is RecentPage => {
  const { href, name, detail } = (item ?? {}) as Record<string, unknown>
  return typeof href === 'string' && /^\/(?!\/)/.test(href) && typeof name === 'string' && typeof detail === 'string'
}

export function readRecentPages(): RecentPage[] {
  try {
    return parseRecentPages(localStorage.getItem(KEY))
  } catch {
    // if the browser blocks storage for this site, there are no recent pages
    return []
  }
}

export function saveRecentPage(item: RecentPage): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(addRecentPage(readRecentPages(), item)))
  } catch {
    // if storage is blocked, the page is not saved, but navigation works
  }
}
