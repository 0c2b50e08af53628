import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { listLiveEvents } from '../../model/context.ts'
import { deleteExpiredEvents } from './delete-expired-events.ts'
import { contextWithPolls, addPathDownTestEvent } from './roots/testing.ts'

/** Returns the remaining live events of an event that began between minute 9 and minute 10. */
function leftAt(now: number, kind: DetectedEvent['kind'], ended: DetectedEvent['ended']) {
  const context = contextWithPolls({})
  const live = addPathDownTestEvent(context, 'ergw-hub', kind, '10.0.4.12~10.0.4.4')
  live.event = { ...live.event, ended }
  deleteExpiredEvents({ ...context, mark: { ...context.mark, finishedAt: now } })
  return listLiveEvents(context).map(({ event }) => event.ended)
}

describe('expiry', () => {
  const began = { earliest: 9 * MS_PER_MINUTE, latest: 10 * MS_PER_MINUTE }
  it.each<[string, number, DetectedEvent['kind'], DetectedEvent['ended'], DetectedEvent['ended'][]]>([
    ['keeps what is ongoing', 200, 'session_down', null, [null]],
    ['keeps what ended recently', 60, 'session_up', began, [began]],
    ['forgets what ended an hour ago', 71, 'session_up', began, []],
    ['ends a point that a worker of version 0.2 left open', 20, 'session_up', null, [began]],
    ['forgets one of an hour ago', 71, 'session_up', null, []],
  ])('%s', (_, minutes, kind, ended, left) => expect(leftAt(minutes * MS_PER_MINUTE, kind, ended)).toEqual(left))
})
