import { print } from '../screens/figures.ts'

/** pino's */
const WARNING = 40
const counts = new Map<string, number>()

/** Counts a line of the product's log, if it warns. */
export function noteWarning(line: string): void {
  if (!line.startsWith('{')) return
  const { level, component, msg } = JSON.parse(line) as { level: number; component?: string; msg?: string }
  if (level < WARNING) return
  const text = `${component}: ${msg}`
  counts.set(text, (counts.get(text) ?? 0) + 1)
}

/** Each of them once, the most frequent first. */
export function printWarnings(): void {
  for (const [text, times] of [...counts].toSorted(([, a], [, b]) => b - a)) print(`${times} times: ${text}`)
}
