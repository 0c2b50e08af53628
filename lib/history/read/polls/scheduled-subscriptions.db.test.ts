import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getOrCreateSourceId } from '../../store/sources.ts'
import { readScheduledSubscriptions } from './scheduled-subscriptions.ts'
import { syncPollSchedule } from '../../store/schedule.ts'

const db = withTestDatabase()
const resourceIn = (subscription: string) => ({ resourceId: `/subscriptions/${subscription}`, subresource: '' })

it('names the subscriptions on the timetable once each, in lower case, and no others', async () => {
  expect(await readScheduledSubscriptions(db.pool)).toEqual([])
  const [one, other, unpolled] = ['0B000000-0000-4000-8000-000000000002', '0a000000-0000-4000-8000-000000000001', 'x']
  for (const id of [one, other, unpolled]) await getOrCreateSourceId(db.pool, resourceIn(id ?? ''))
  const poll = (id: string, kind: 'inventory' | 'activity') => ({ ...resourceIn(id), kind, everySeconds: 60 })
  const wanted = [poll(one ?? '', 'inventory'), poll(one ?? '', 'activity'), poll(other ?? '', 'inventory')]
  await db.transaction((client) => syncPollSchedule(client, wanted))
  expect(await readScheduledSubscriptions(db.pool)).toEqual([other, one?.toLowerCase()])
})
