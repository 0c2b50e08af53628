import { beforeAll, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { STOPPED_POLLS_STATE } from '#lib/contract/words/stopped-polls.ts'
import { limitToAccessScope } from '#lib/questions/index.ts'
import { createGatewayRow, createTestPollRecorder, gatewayId, recordPoll } from '#lib/questions/testing/record-feed.ts'
import { getSourcesSummary } from '#lib/setup/answers/index.ts'
import { getOverview } from './index.ts'

const db = withTestDatabase()
const now = Date.now()
const OWN = gatewayId('ergw')
const [, , subscription = ''] = OWN.split('/')
const OTHERS = OWN.replace(subscription, '11111111-2222-3333-4444-555555555555')

beforeAll(async () => {
  const recorder = createTestPollRecorder(db)
  const at = now - 10 * MS_PER_MINUTE
  await recorder.inventory(at, [createGatewayRow('ergw')])
  await recordPoll(db, { kind: 'peers', resourceId: OWN, at, rows: [] })
  await recordPoll(db, { kind: 'peers', resourceId: OTHERS, at: now - 10_000, rows: [] })
  await recorder.schedule(
    { kind: 'inventory', resourceId: `/subscriptions/${subscription}` },
    ...[OWN, OTHERS].map((resourceId) => ({ kind: 'peers' as const, resourceId })),
  )
})

it.each([
  { polls: 'polls of one subscription stopped', reader: 'a whole', since: 0, isStopped: false },
  { polls: 'polls of one subscription stopped', reader: 'a limited', since: 0, isStopped: false },
  { polls: 'all polls stopped', reader: 'a whole', since: 10 * MS_PER_MINUTE, isStopped: true },
  { polls: 'all polls stopped', reader: 'a limited', since: 10 * MS_PER_MINUTE, isStopped: false },
])('$reader reader reports a stop only if it reads all polls: $polls', async ({ reader, since, isStopped }) => {
  const at = now + since
  const scope = reader === 'a whole' ? 'everything' : { subscriptions: [subscription], customers: [] }
  const reading = await limitToAccessScope(db, scope, at)
  const { data } = await getOverview(reading, { mayReadCost: false }, at)
  const collector = data.worstFirst.find(({ id }) => id === 'collector')
  expect(collector).toBeDefined()
  expect(collector?.state === STOPPED_POLLS_STATE).toBe(isStopped)
  expect((await getSourcesSummary(reading, at)).data.stoppedAt).toBe(isStopped ? collector?.since?.latest : null)
})
