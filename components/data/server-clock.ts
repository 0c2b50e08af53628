let offset = 0

/** How far the server's clock is ahead of this browser's, in milliseconds; 0 while they agree within two seconds. */
export const serverOffset = () => offset

/** Learns the offset from an answer's Date header, which tells whole seconds. */
export function learnServerTime(dateHeader: string | null): void {
  const told = Date.parse(dateHeader ?? '')
  if (Number.isNaN(told)) return
  const ahead = told + 500 - Date.now()
  offset = Math.abs(ahead) < 2000 ? 0 : ahead
}
