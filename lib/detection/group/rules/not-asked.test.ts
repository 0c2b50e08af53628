import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, type LastGoodPolls, ensureResourceState } from '../../model/context.ts'
import { formatPollKey } from '../../model/subject.ts'
import { HUB_GATEWAY_NAME, GATEWAY_INSTANCE_ADDRESSES } from '../../testing/estates.ts'
import {
  createOngoingEvent,
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  LONG_AGO_TIME_BOUNDS,
  TEST_POLL_END_TIME,
  storeEventInTestContext,
  type EvaluationStageTestInput,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
} from '../../testing/scene.ts'
import { pollEvaluationStages } from '../stages.ts'
import { LONDON_NEIGHBORS, PRIMARY_PATH_SUBRESOURCE, createSessionsWithNeighbor } from './testing/estate-parts.ts'
import {
  BRANCH_TUNNELS,
  createInstanceReplacementScene,
  hubVpn,
  listEventSubjectsInScope,
} from './testing/layer-cases.ts'

/** Returns the last good poll of a source, `minutes` ago. */
const readBefore = (minutes: number, ...key: Parameters<typeof formatPollKey>): LastGoodPolls => ({
  [formatPollKey(...key)]: {
    at: TEST_POLL_END_TIME - minutes * MS_PER_MINUTE,
    readAt: TEST_POLL_END_TIME - minutes * MS_PER_MINUTE,
    everyMs: MS_PER_MINUTE,
  },
})

/**
 * Returns a poll of a circuit while all gateway sessions of both circuits have recently gone down and were read
 * `minutes` ago.
 */
function lostToGateways(minutes: number): EvaluationStageTestInput {
  return createEvaluationStageTestInput({ kind: 'summary', scope: 'ckt-ams' }, {}, (context) => {
    const down = { level: 'down' as const, since: TIME_BOUNDS_SINCE_PREVIOUS_POLL }
    const neighbors = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']
    ensureResourceState(context, HUB_GATEWAY_NAME).sessions = Object.assign(
      {},
      ...neighbors.map((neighbor) => createSessionsWithNeighbor(neighbor, down)),
    )
    context.lastGoodPolls = readBefore(minutes, HUB_GATEWAY_NAME, '', 'peers')
  })
}

/**
 * Returns a scene in which the circuit ckt-lon is lost, and the other circuit was up in its last poll, `minutes` ago.
 */
function lostBeside(minutes: number, severity: 'major' | null = null): EvaluationStageTestInput {
  return createEvaluationStageTestInput(
    { kind: 'summary', scope: 'ckt-lon', subresource: PRIMARY_PATH_SUBRESOURCE },
    {},
    (context) => {
      const lon = ensureResourceState(context, 'ckt-lon')
      const secondary = 'AzurePrivatePeering/secondary'
      const down = { level: 'down' as const, since: TIME_BOUNDS_SINCE_PREVIOUS_POLL }
      lon.sessions = {
        primary: createLongEstablishedSession('172.16.0.2', '172.16.0.1', {
          subresource: PRIMARY_PATH_SUBRESOURCE,
          ...down,
        }),
        secondary: createLongEstablishedSession('172.16.0.6', '172.16.0.5', { subresource: secondary, ...down }),
      }
      const provisioned = {
        circuit: 'Enabled',
        provider: 'Provisioned',
        peering: 'Enabled',
        since: LONG_AGO_TIME_BOUNDS,
      }
      lon.intent['AzurePrivatePeering'] = provisioned
      ensureResourceState(context, 'ckt-ams').sessions = {
        own: createLongEstablishedSession('172.16.1.2', '172.16.1.1', { subresource: PRIMARY_PATH_SUBRESOURCE }),
      }
      context.lastGoodPolls = readBefore(minutes, 'ckt-ams', PRIMARY_PATH_SUBRESOURCE, 'summary')
      if (severity)
        storeEventInTestContext(
          context,
          createOngoingEvent('circuit_down', 'ckt-lon', 'AzurePrivatePeering', { severity }),
        )
    },
  )
}
const severityOf =
  (kind: string) =>
  ({ scopes }: DetectionContext): string | undefined =>
    Object.values(scopes['ckt-lon']?.live ?? {}).find(({ event }) => event.kind === kind)?.event.severity

const cases: {
  name: string
  scene: () => EvaluationStageTestInput
  shows: (context: DetectionContext) => unknown
  is: unknown
}[] = [
  {
    name: 'an instance that left in a change is not judged by polls of another gateway',
    scene: () => createInstanceReplacementScene({ over: true, polls: 3, by: 'another' }),
    shows: listEventSubjectsInScope(HUB_GATEWAY_NAME),
    is: [],
  },
  {
    name: 'sessions of a gateway that were down when they were read last begin nothing',
    scene: () => lostToGateways(4),
    shows: (context) => [HUB_GATEWAY_NAME, 'ckt-lon'].flatMap((scope) => listEventSubjectsInScope(scope)(context)),
    is: [],
  },
  {
    name: 'tunnels that were down when they were read last begin nothing',
    scene: () => {
      const own = hubVpn(BRANCH_TUNNELS)
      own.context.lastGoodPolls = readBefore(4, 'vpngw-vhub', '', 'connection')
      return own
    },
    shows: listEventSubjectsInScope('vpngw-vhub'),
    is: [],
  },
  {
    name: 'a circuit is lost beside another that is up',
    scene: () => lostBeside(1),
    shows: severityOf('circuit_down'),
    is: 'major',
  },
  {
    name: 'a circuit is lost beside another that was up once',
    scene: () => lostBeside(4),
    shows: severityOf('circuit_down'),
    is: 'critical',
  },
  {
    name: 'one that is lost gets no graver while the other is not read',
    scene: () => lostBeside(4, 'major'),
    shows: severityOf('circuit_down'),
    is: 'major',
  },
  {
    name: 'a neighbor is lost beside one that only a silent instance had up',
    scene: () =>
      createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
        const state = ensureResourceState(context, HUB_GATEWAY_NAME)
        state.sessions = {
          lost: createLongEstablishedSession(GATEWAY_INSTANCE_ADDRESSES[0], LONDON_NEIGHBORS, {
            level: 'down',
            since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
          }),
          silent: createLongEstablishedSession(GATEWAY_INSTANCE_ADDRESSES[1], '10.0.4.5'),
        }
        state.silent[GATEWAY_INSTANCE_ADDRESSES[1]] = TIME_BOUNDS_SINCE_PREVIOUS_POLL
      }),
    shows: ({ scopes }) =>
      Object.values(scopes[HUB_GATEWAY_NAME]?.live ?? {}).find(({ event }) => event.kind === 'peer_lost')?.event
        .severity,
    is: 'major',
  },
]

it.each(cases)('$name', ({ scene: given, shows, is }) => {
  const { context, input } = given()
  pollEvaluationStages.find(({ name }) => name === 'layers')?.run(context, input)
  expect(shows(context)).toEqual(is)
})
