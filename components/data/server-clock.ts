let offset = 0

/** How far the server's clock is ahead of this browser's, in milliseconds; 0 while they agree within two seconds. */
export const serverOffset = () => offset

/** Derives the offset from a response's Date header, which has whole seconds. */
export function learnServerTime(dateHeader: string | null): void {
  const serverTime = Date.parse(dateHeader ?? '')
  if (Number.isNaN(serverTime)) return
  const ahead = serverTime + 500 - Date.now()
  offset = Math.abs(ahead) < 2000 ? 0 : ahead
}
