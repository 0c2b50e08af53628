import type { Notification } from '#lib/contract/index.ts'
import type { StatusWords } from '../../ui/status.tsx'

/** Where a message is, as a state. */
export function deliveryStatus({
  state,
  attempts,
  reason,
}: Pick<Notification, 'state' | 'attempts' | 'reason'>): StatusWords {
  switch (state) {
    case 'delivered':
      return { tone: 'up', word: 'DELIVERED' }
    case 'failed':
      // a test is not tried again, so nobody gave up
      return { tone: 'down', word: reason === 'test' ? 'NOT DELIVERED' : 'GIVEN UP' }
    case 'pending':
      return attempts === 0 ? { tone: 'notice', word: 'TO BE SENT' } : { tone: 'degraded', word: 'TRIED AGAIN' }
    case 'held':
      return { tone: 'notice', word: 'HELD', detail: 'for a digest' }
    case 'in_digest':
      return { tone: 'up', word: 'IN A DIGEST' }
    case 'dropped':
      return { tone: 'off', word: 'DROPPED' }
  }
}

/** Why it stands there: what failed, or what it waits for. */
export function deliveryWords({ state, lastError, attempts }: Pick<Notification, 'state' | 'lastError' | 'attempts'>) {
  if (lastError) return state === 'pending' ? `${lastError}; it is tried again` : lastError
  if (state === 'pending' && attempts > 0) return 'it is on its way, or its sender ended while it was'
  return ''
}
