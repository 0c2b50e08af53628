/** A destination that was opened: it is offered again. */
export interface Destination {
  href: string
  name: string
  detail: string
}

const KEY = 'peerwatch-recent'
const MOST = 8

/** Adds a destination in front of the earlier ones, without duplicates. */
export function withRecent(recent: readonly Destination[], { href, name, detail }: Destination): Destination[] {
  return [{ href, name, detail }, ...recent.filter((item) => item.href !== href)].slice(0, MOST)
}

/** Reads the stored destinations; invalid content counts as none. */
export function parseRecent(text: string | null): Destination[] {
  try {
    const items: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(items) ? items.filter(isItem) : []
  } catch {
    return []
  }
}

/** Only addresses of this site: they are opened as links. */
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
