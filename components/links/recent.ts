/** Page that the user opened recently, as it is offered in the command palette. */
export interface Destination {
  href: string
  name: string
  detail: string
}

const KEY = 'peerwatch-recent'
const MOST = 8

/** Returns the list with a destination added at the start and without duplicates. */
export function withRecent(recent: readonly Destination[], { href, name, detail }: Destination): Destination[] {
  return [{ href, name, detail }, ...recent.filter((item) => item.href !== href)].slice(0, MOST)
}

/** Parses the stored destinations; invalid content gives an empty list. */
export function parseRecent(text: string | null): Destination[] {
  try {
    const items: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(items) ? items.filter(isItem) : []
  } catch {
    return []
  }
}

/**
 * Reports whether a stored item is a valid destination. Only addresses of this site are accepted, because the items are
 * opened as links.
 */
const isItem = (item: unknown): item is Destination => {
  const { href, name, detail } = (item ?? {}) as Record<string, unknown>
  return typeof href === 'string' && /^\/(?!\/)/.test(href) && typeof name === 'string' && typeof detail === 'string'
}

export function readRecent(): Destination[] {
  try {
    return parseRecent(localStorage.getItem(KEY))
  } catch {
    // the browser blocks storage for this site, so there are no recent destinations
    return []
  }
}

export function saveRecent(item: Destination): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(withRecent(readRecent(), item)))
  } catch {
    // if storage is blocked, the destination is not saved; navigation works without it
  }
}
