import type { PaletteItem } from './palette-items.ts'

const KEY = 'peerwatch-recent'
const MOST = 8

/** Puts a place in front of those that were visited before it; each stands once. */
export function withRecent(recent: readonly PaletteItem[], { href, name, detail }: PaletteItem): PaletteItem[] {
  return [{ href, name, detail }, ...recent.filter((item) => item.href !== href)].slice(0, MOST)
}

/** Reads what this browser kept; what can't be read counts as nothing. */
export function parseRecent(text: string | null): PaletteItem[] {
  try {
    const items: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(items) ? items.filter(isItem) : []
  } catch {
    return []
  }
}

/** Only places of this very site: what is kept here is opened as an address. */
const isItem = (item: unknown): item is PaletteItem => {
  const { href, name, detail } = (item ?? {}) as Record<string, unknown>
  return typeof href === 'string' && /^\/(?!\/)/.test(href) && typeof name === 'string' && typeof detail === 'string'
}

export function readRecent(): PaletteItem[] {
  try {
    return parseRecent(localStorage.getItem(KEY))
  } catch {
    // a browser that keeps nothing for this site
    return []
  }
}

export function keepRecent(item: PaletteItem): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(withRecent(readRecent(), item)))
  } catch {
    // the way there works without being remembered
  }
}
