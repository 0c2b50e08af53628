import type { EpochMs } from '../time/time.ts'

/** A time that was declared for some scopes; without scopes it is about everything. */
export interface DeclaredWindow {
  from: string
  to: string
  scopes: readonly string[]
}

/** The window that is open at a moment for any of these scopes, null if none is; of several the one that lasts longest. */
export function openWindow<Window extends DeclaredWindow>(
  windows: readonly Window[],
  scopes: readonly string[],
  at: EpochMs,
): Window | null {
  const open = windows.filter(
    (window) =>
      Date.parse(window.from) <= at &&
      at < Date.parse(window.to) &&
      (window.scopes.length === 0 || window.scopes.some((scope) => scopes.includes(scope))),
  )
  return open.toSorted((a, b) => Date.parse(b.to) - Date.parse(a.to))[0] ?? null
}
