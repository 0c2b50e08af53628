const MONTHS = 6

/** The months up to and including one, newest first: `2026-01`, `2025-12` and so on. */
export function recentMonths(month: string): string[] {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return Array.from({ length: MONTHS }, (_, i) => new Date(Date.UTC(year, number - 1 - i)).toISOString().slice(0, 7))
}
