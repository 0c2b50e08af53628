import type { EpochMs } from '../time/time.ts'

/**
 * Declared time window, for example a pause or maintenance, with the resources that it affects; empty `scopes` =
 * everything.
 */
export interface DeclaredTimeWindow {
  from: string
  to: string
  scopes: readonly string[]
}

/**
 * Returns the window that is open at a moment for any of the given resources; null = none. If several are open, the
 * window that ends last is returned.
 */
export function findOpenDeclaredWindow<Window extends DeclaredTimeWindow>(
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
