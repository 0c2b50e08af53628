const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Parses a duration such as `500ms`, `60s`, `5m`, `2h` or `14d`. A fraction is allowed (`1.5s`) if the result is whole
 * milliseconds. A number without a unit is ambiguous and therefore invalid.
 * @returns milliseconds; null if the text is not a duration
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,15}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text)
  if (!match) return null
  const ms = Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] * 1e6) / 1e6
  return Number.isSafeInteger(ms) ? ms : null
}

/** Formats whole milliseconds in the largest unit that gives a whole number, for example `5m`. */
export function formatDurationSetting(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (ms > 0 && ms % UNITS[unit] === 0) return `${ms / UNITS[unit]}${unit}`
  }
  return `${ms}ms`
}
