import { createHash } from 'node:crypto'

const ID_LENGTH = 24

/** Returns a message ID that is a hash of the given parts, so that a repeated evaluation creates no second message. */
export function computeNotificationId(...parts: (string | number)[]): string {
  return `msg_${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, ID_LENGTH)}`
}
