import { createHash } from 'node:crypto'

const ID_LENGTH = 24

/**
 * Returns a message ID that depends only on its parts, so that a repeated evaluation does not write a second message.
 */
export function notificationId(...parts: (string | number)[]): string {
  return `msg_${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, ID_LENGTH)}`
}
