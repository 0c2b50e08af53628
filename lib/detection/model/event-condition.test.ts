import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  createOngoingEvent,
  TEST_POLL_END_TIME,
  storeEventInTestContext,
  createEvaluationStageTestInput,
} from '../testing/scene.ts'
import { closeEvent, EVENT_UNCONFIRMED_FLAG } from './event-condition.ts'
import { formatSourceKey } from './context.ts'

it.each([
  ['its age dates what is back after the sample that showed it lost', TEST_POLL_END_TIME - MS_PER_MINUTE + 1, false],
  ['two samples alone bound it', TEST_POLL_END_TIME - MS_PER_MINUTE, true],
])('a loss that one sample showed is over: %s', (_, earliest, isUnconfirmed) => {
  const { context } = createEvaluationStageTestInput({ kind: 'summary', scope: 'ckt-lon' })
  const event = createOngoingEvent('path_down', 'ckt-lon', 'AzurePrivatePeering/primary', {
    flags: [EVENT_UNCONFIRMED_FLAG, 'L3'],
  })
  const live = storeEventInTestContext(context, event, {
    confirm: { source: formatSourceKey(context.mark), lastAt: TEST_POLL_END_TIME - MS_PER_MINUTE, left: 1 },
  })
  closeEvent(live, { earliest, latest: TEST_POLL_END_TIME })
  expect(live.event.flags).toEqual(isUnconfirmed ? [EVENT_UNCONFIRMED_FLAG, 'L3'] : ['L3'])
})
