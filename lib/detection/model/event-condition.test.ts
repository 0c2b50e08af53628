import { expect, it } from 'vitest'
import { MINUTE } from '#lib/contract/time/time.ts'
import { eventOf, NOW, remember, scene } from '../testing/scene.ts'
import { closeEvent, EVENT_UNCONFIRMED_FLAG } from './event-condition.ts'
import { formatSourceKey } from './context.ts'

it.each([
  ['its age dates what is back after the sample that showed it lost', NOW - MINUTE + 1, false],
  ['two samples alone bound it', NOW - MINUTE, true],
])('a loss that one sample showed is over: %s', (_, earliest, isUnconfirmed) => {
  const { context } = scene({ kind: 'summary', scope: 'ckt-lon' })
  const event = eventOf('path_down', 'ckt-lon', 'AzurePrivatePeering/primary', {
    flags: [EVENT_UNCONFIRMED_FLAG, 'L3'],
  })
  const live = remember(context, event, {
    confirm: { source: formatSourceKey(context.mark), lastAt: NOW - MINUTE, left: 1 },
  })
  closeEvent(live, { earliest, latest: NOW })
  expect(live.event.flags).toEqual(isUnconfirmed ? [EVENT_UNCONFIRMED_FLAG, 'L3'] : ['L3'])
})
