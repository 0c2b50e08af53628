/**
 * Maximum duration of a BGP session that is accepted, in milliseconds (ten years). No session is known to have lasted
 * longer.
 */
const LONGEST_MS = 10 * 365 * 86_400_000

const TIMESPAN = /^(?:(\d{1,7})\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$/

/**
 * Parses a .NET TimeSpan, `[d.]hh:mm:ss[.fffffff]`, in which getBgpPeerStatus reports the duration of a session
 * (connectedDuration).
 * @returns whole milliseconds (truncated) and the resolution of the text in milliseconds; null if the text is empty,
 *   negative, over ten years or not a TimeSpan. Without a fraction the resolution is 1 s, because .NET omits a zero
 *   fraction and some servers omit every fraction
 */
export function parseConnectedDuration(text: string | null): { ms: number; unitMs: number } | null {
  const match = TIMESPAN.exec(text?.trim() ?? '')
  if (!match) return null
  const [days, hours, minutes, seconds] = [match[1] ?? '0', match[2], match[3], match[4]].map(Number)
  if (days === undefined || hours === undefined || minutes === undefined || seconds === undefined) return null
  if (hours > 23 || minutes > 59 || seconds > 59) return null
  const fraction = Math.floor(Number(`0.${match[5] ?? '0'}`) * 1_000)
  const milliseconds = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000 + fraction
  return milliseconds > LONGEST_MS
    ? null
    : { ms: milliseconds, unitMs: Math.max(1, 1_000 / 10 ** (match[5]?.length ?? 0)) }
}
