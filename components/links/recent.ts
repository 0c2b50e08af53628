/** Destination that was opened recently and is offered again. */
export interface Destination {
  href: string
  name: string
  detail: string
}

const KEY = 'peerwatch-recent'
const MOST = 8

/** Adds a destination before the earlier destinations, without duplicates. */
export function withRecent(recent: readonly Destination[], { href, name, detail }: Destination): Destination[] {
  return [{ href, name, detail }, ...recent.filter((item) => item.href !== href)].slice(0, MOST)
}

/** Parses the stored destinations; invalid content results in an empty list. */
export function parseRecent(text: string | null): Destination[] {
  try {
    const items: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(items) ? items.filter(isItem) : []
  } catch {
    return []
  }
}

/** Reports whether an item is valid. Only addresses of this site are accepted, because they are opened as links. */
const isItem = (item: unknown): item is Destination => {
  const { href, name, detail } = (item ?? {}) as Record<string, unknown>
  return typeof href === 'string' && /^\/(?!\/)/.test(href) && typeof name === 'string' && typeof detail === 'string'
}

export function readRecent(): Destination[] {
  try {
    return parseRecent(localStorage.getItem(KEY))
  } catch {
    // storage is blocked for this site
    return []
  }
}

export function saveRecent(item: Destination): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(withRecent(readRecent(), item)))
  } catch {
    // navigation works without storage
  }
}
