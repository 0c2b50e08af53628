import type { Session } from '#lib/contract/index.ts'
import { plural } from '../format/quantity.ts'
import type { StatusWords } from '../ui/status.tsx'
import { sessionStatus } from '../ui/words.ts'

/** One verdict for the sessions of all of a gateway's instances to one neighbor; the worst one's words if they differ. */
export function joinSessions(sessions: Session[]): StatusWords {
  const counted = sessions.filter(({ verdict }) => verdict !== 'never_established')
  if (counted.length === 0) {
    return sessions.length > 0
      ? { tone: 'off', word: 'NEVER CONNECTED' }
      : { tone: 'unknown', word: 'UNKNOWN', detail: 'not mapped yet' }
  }
  const up = counted.filter(({ verdict }) => verdict === 'up').length
  const down = counted.filter(({ verdict }) => verdict === 'down')
  if (up === counted.length) return { tone: 'up', word: 'UP', detail: up > 1 ? plural(up, 'instance') : null }
  if (down.length === counted.length && down[0]) return sessionStatus(down[0])
  if (down.length > 0)
    return { tone: 'degraded', word: `DOWN ON ${down.length} OF ${counted.length}`, detail: 'instances' }
  const other = counted.find(({ verdict }) => verdict !== 'up')
  return other ? sessionStatus(other) : { tone: 'up', word: 'UP' }
}
