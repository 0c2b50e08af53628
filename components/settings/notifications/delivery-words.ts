import type { Notification } from '#lib/contract/index.ts'
import type { StatusWords } from '../../ui/status.tsx'

/** The delivery state of a message. */
export function deliveryStatus({
  state,
  attempts,
  reason,
}: Pick<Notification, 'state' | 'attempts' | 'reason'>): StatusWords {
  switch (state) {
    case 'delivered':
      return { tone: 'up', word: 'DELIVERED' }
    case 'failed':
      // a test has one attempt only
      return { tone: 'down', word: reason === 'test' ? 'NOT DELIVERED' : 'FAILED' }
    case 'pending':
      return attempts === 0 ? { tone: 'notice', word: 'PENDING' } : { tone: 'degraded', word: 'RETRYING' }
    case 'held':
      return { tone: 'notice', word: 'HELD', detail: 'for a digest' }
    case 'in_digest':
      return { tone: 'up', word: 'IN A DIGEST' }
    case 'dropped':
      return { tone: 'off', word: 'DROPPED' }
  }
}

/** The last error, or why the message has no result yet. */
export function deliveryWords({ state, lastError, attempts }: Pick<Notification, 'state' | 'lastError' | 'attempts'>) {
  if (lastError) return state === 'pending' ? `${lastError}; will be retried` : lastError
  if (state === 'pending' && attempts > 0) return 'in progress, or its worker stopped during the attempt'
  return ''
}
