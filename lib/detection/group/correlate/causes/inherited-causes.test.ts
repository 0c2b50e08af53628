import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimelineChange } from '#lib/poller/memory/testing/timeline.ts'
import { createTwoCircuitEstate } from '../../../testing/estates.ts'
import { endSimulatedCustomerSession, startSimulatedCustomerSession } from '../../../testing/happenings.ts'
import {
  createEvaluationStageTestInput,
  createOngoingEvent,
  storeEventInTestContext,
  TEST_POLL_END_TIME,
} from '../../../testing/scene.ts'
import { createCause } from './create-cause.ts'
import { assignCandidateCauses } from './index.ts'

const outage = (from: string, to: string): TestTimelineChange[] => [
  { at: from, do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary') },
  { at: to, do: (world, at) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', at) },
]

it('a fall of a session that flaps has the cause of its own path, and so has its return', async () => {
  const restarts = ['10:00', '10:02', '10:04'].flatMap((minute) => outage(`${minute}:20`, `${minute}:40`))
  const played = await runTestTimeline({
    world: createTwoCircuitEstate,
    from: '9:50',
    to: '10:14',
    truth: [...restarts, ...outage('10:06:10', '10:09:10')],
  })
  const own = played.events.filter(({ scope, kind }) => scope === 'ckt-lon' && kind.startsWith('session_'))
  const isOf = (kind: string) => own.filter((event) => event.kind === kind)
  const [fall] = isOf('session_down')
  expect(played.event(fall?.partOf)?.kind).toBe('path_down')
  expect([fall, isOf('session_up').at(-1)].map((event) => event?.causes[0])).toMatchObject([
    { class: 'customer_bgp', owner: 'onprem' },
    { class: 'customer_bgp', owner: 'onprem' },
  ])
  expect(isOf('session_flap').map(({ causes }) => causes[0]?.class)).toEqual(Array(3).fill('unknown_cause'))
})

it('a part that lasts longer than its larger event keeps the cause when the larger event is deleted', () => {
  const { context } = createEvaluationStageTestInput({ kind: 'learned', scope: 'ergw-hub' })
  const inherited = createCause('provider_outage', 'provider', 0.9, 'Ask ProvA.')
  const part = storeEventInTestContext(
    context,
    createOngoingEvent('n1_stranding', 'ckt-lon', 'dc-a', { partOf: 'deleted', causes: [inherited] }),
  )
  assignCandidateCauses(context)
  expect(part.event.causes).toEqual([inherited])
})

it.each([
  ['at the same time', 0, 'onprem_policy_change'],
  ['minutes later', 3, 'unknown_cause'],
] as const)('the state of a site and a loss of its routes that begins %s', (_, apartMinutes, cause) => {
  const { context } = createEvaluationStageTestInput({ kind: 'learned', scope: 'ergw-hub' })
  const prefixes = ['10.50.0.0/16']
  const since = (minutesAgo: number) => ({
    earliest: TEST_POLL_END_TIME - (minutesAgo + 1) * MS_PER_MINUTE,
    latest: TEST_POLL_END_TIME - minutesAgo * MS_PER_MINUTE,
  })
  const site = createOngoingEvent('site_state_changed', 'ckt-lon', 'dc-a', { started: since(5) })
  const live = storeEventInTestContext(context, site, { prefixes })
  const loss = createOngoingEvent('mass_withdraw', 'ckt-lon', '10.0.4.4', { started: since(5 - apartMinutes) })
  storeEventInTestContext(context, loss, { prefixes })
  assignCandidateCauses(context)
  expect(live.event.causes[0]?.class).toBe(cause)
})
