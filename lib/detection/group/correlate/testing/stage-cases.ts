import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { ensureResourceState } from '../../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../../model/recheck.ts'
import type { IncidentState } from '../../../model/scope-state.ts'
import { ensureTrafficState } from '../../facts/traffic/traffic-state.ts'
import { HUB_GATEWAY_NAME, GATEWAY_INSTANCE_ADDRESSES } from '../../../testing/estates.ts'
import {
  getOnlyEventInScope,
  createOngoingEvent,
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  LONG_AGO_TIME_BOUNDS,
  TEST_POLL_END_TIME,
  storeEventInTestContext,
  type EvaluationStageTestInput,
  createEvaluationStageTestInput,
  type EvaluationStageTestCases,
} from '../../../testing/scene.ts'

const PRIMARY = 'AzurePrivatePeering/primary'
const peers = { kind: 'peers', scope: HUB_GATEWAY_NAME } as const

/** Returns a group that remembers one event. */
const given = (
  event: ReturnType<typeof createOngoingEvent>,
  more: Parameters<typeof storeEventInTestContext>[2] = {},
): EvaluationStageTestInput =>
  createEvaluationStageTestInput(peers, {}, (context) => {
    storeEventInTestContext(context, event, more)
  })
const flagsOf = (scope: string) => (context: EvaluationStageTestInput['context']) =>
  getOnlyEventInScope(scope, context)?.flags

const failover = (started = TIME_BOUNDS_SINCE_PREVIOUS_POLL) =>
  given(createOngoingEvent('failover', 'ckt-lon', 'DC-A', { started }), {
    peersBefore: ['10.0.4.4'],
    peersAfter: ['10.0.4.6'],
  })
const loss = { started: TIME_BOUNDS_SINCE_PREVIOUS_POLL, mechanism: null, revisedOutside: false }
/** Returns a failover of ten minutes ago with bytes that were read just now. */
const countedFailover = (lengthMs: number) => {
  const at = TEST_POLL_END_TIME - 10 * MS_PER_MINUTE
  const own = failover({ earliest: at - MS_PER_MINUTE, latest: at })
  const pair = { earliest: TEST_POLL_END_TIME - lengthMs, latest: TEST_POLL_END_TIME, lengthMs, in: 0, out: 0 }
  Object.assign(ensureTrafficState(own.context, 'ckt-lon'), {
    at: TEST_POLL_END_TIME,
    fact: { pairs: { primary: [pair] } },
  })
  return own
}
const lostInstance = () =>
  given(createOngoingEvent('gateway_instance_lost', HUB_GATEWAY_NAME, GATEWAY_INSTANCE_ADDRESSES[0]))
const act = (detectedAt: number) =>
  given(createOngoingEvent('peering_disabled', 'ckt-lon', 'AzurePrivatePeering', { severity: 'info', detectedAt }))

const underMaintenance = (flags: string[] = []): EvaluationStageTestInput => {
  const own = given(createOngoingEvent('path_down', 'ckt-lon', PRIMARY, { flags }))
  const work = {
    id: 'chg-1',
    title: 'work',
    announcedBy: 'operator',
    from: LONG_AGO_TIME_BOUNDS.earliest,
    to: TEST_POLL_END_TIME + MS_PER_MINUTE,
  } as const
  own.context.topology = { ...own.context.topology, maintenance: [{ ...work, scopes: ['ckt-lon'], paths: [] }] }
  return own
}

const incident: IncidentState = {
  key: 'incident',
  scope: 'ckt-lon',
  root: 'root',
  rootOf: ['path_down', 'ckt-lon', PRIMARY],
  severity: 'major',
  members: [],
  starts: [],
  started: LONG_AGO_TIME_BOUNDS,
  openedAt: LONG_AGO_TIME_BOUNDS.latest,
  healthySince: TEST_POLL_END_TIME,
  closedAt: null,
  ended: null,
}

/** Test cases of the stages that correlate events, by stage. */
export const correlateCases: Record<string, EvaluationStageTestCases> = {
  failovers: {
    changes: [
      {
        name: 'a recent failover has its marks, and says which are missing',
        scene: () => failover(),
        shows: (context) => getOnlyEventInScope('ckt-lon', context)?.failover?.rerouted,
        is: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
      },
    ],
    rechecks: [
      {
        name: 'with the next bytes, while samples may narrow it',
        scene: () => failover(),
        scope: 'ckt-lon',
        at: 'bytes',
      },
      { name: 'with those of the circuit that took over', scene: () => failover(), scope: 'ckt-ams', at: 'bytes' },
      {
        name: 'later not with each of those that follow each other in seconds',
        scene: () => countedFailover(5_000),
        scope: 'ckt-lon',
        at: TEST_POLL_END_TIME + 30_000,
      },
      {
        name: 'with each that comes seldom',
        scene: () => countedFailover(MS_PER_MINUTE),
        scope: 'ckt-lon',
        at: 'bytes',
      },
      {
        name: 'not with any once counters and rates have dated a loss',
        scene: () =>
          given(createOngoingEvent('path_down', 'ckt-lon', PRIMARY, { forwardingLoss: { ...loss, basis: 'metrics' } })),
        scope: 'ckt-lon',
        at: null,
      },
      {
        name: 'with the next, while only counters have',
        scene: () =>
          given(
            createOngoingEvent('path_down', 'ckt-lon', PRIMARY, { forwardingLoss: { ...loss, basis: 'counters' } }),
          ),
        scope: 'ckt-lon',
        at: 'bytes',
      },
      { name: 'not with those of others', scene: () => failover(), scope: HUB_GATEWAY_NAME, at: null },
      { name: 'not long after', scene: () => failover(LONG_AGO_TIME_BOUNDS), scope: 'ckt-lon', at: null },
    ],
  },
  'forwarding loss': {
    changes: [
      {
        name: 'without bytes it may have begun a hold time before the session fell',
        scene: () => given(createOngoingEvent('path_down', 'ckt-lon', PRIMARY)),
        shows: (context) => getOnlyEventInScope('ckt-lon', context)?.forwardingLoss?.started,
        is: {
          earliest: TIME_BOUNDS_SINCE_PREVIOUS_POLL.earliest - defaultSettings['timers.hold'],
          latest: TIME_BOUNDS_SINCE_PREVIOUS_POLL.latest,
        },
      },
    ],
  },
  parents: {
    changes: [
      {
        name: 'a neighbor that went with its whole gateway is a part of that',
        scene: () =>
          createEvaluationStageTestInput(peers, {}, (context) => {
            storeEventInTestContext(
              context,
              createOngoingEvent('gateway_isolated', HUB_GATEWAY_NAME, HUB_GATEWAY_NAME, { key: 'whole' }),
            )
            storeEventInTestContext(
              context,
              createOngoingEvent('peer_lost', HUB_GATEWAY_NAME, '10.0.4.4', { key: 'part' }),
            )
          }),
        shows: ({ scopes }) =>
          Object.values(scopes[HUB_GATEWAY_NAME]?.live ?? {}).map(({ event }) => [event.key, event.partOf]),
        is: [
          ['whole', null],
          ['part', 'whole'],
        ],
      },
    ],
  },
  causes: {
    changes: [
      {
        name: 'one instance of a gateway that is lost suggests maintenance',
        scene: lostInstance,
        shows: (context) => getOnlyEventInScope(HUB_GATEWAY_NAME, context)?.causes.map(({ class: name }) => name),
        is: ['gateway_instance_maintenance'],
      },
    ],
    rechecks: [
      {
        name: 'once maintenance would be over: an instance that stays away is a fault',
        scene: lostInstance,
        scope: HUB_GATEWAY_NAME,
        at: TIME_BOUNDS_SINCE_PREVIOUS_POLL.latest + defaultSettings['instance.maintenance'],
      },
    ],
  },
  'administrative acts': {
    changes: [
      {
        name: 'an act of which the Activity Log shows nothing is a fault after a while',
        scene: () => act(TEST_POLL_END_TIME - defaultSettings['config.noEntry']),
        shows: (context) => getOnlyEventInScope('ckt-lon', context)?.severity,
        is: 'major',
      },
    ],
    rechecks: [
      {
        name: 'when that while is over',
        scene: () => act(TEST_POLL_END_TIME - MS_PER_MINUTE),
        scope: 'ckt-lon',
        at: TEST_POLL_END_TIME - MS_PER_MINUTE + defaultSettings['config.noEntry'],
      },
    ],
  },
  maintenance: {
    changes: [
      {
        name: 'what begins in a window is flagged with it',
        scene: () => underMaintenance(),
        shows: flagsOf('ckt-lon'),
        is: ['maintenance:chg-1'],
      },
      {
        name: 'a window that was called off silences nothing',
        scene: () => given(createOngoingEvent('path_down', 'ckt-lon', PRIMARY, { flags: ['maintenance:chg-1'] })),
        shows: flagsOf('ckt-lon'),
        is: [],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, while it is silenced',
        scene: () => underMaintenance(['maintenance:chg-1']),
        scope: 'ckt-lon',
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
  incidents: {
    changes: [
      {
        name: 'a path that is down opens one',
        scene: () => given(createOngoingEvent('path_down', 'ckt-lon', PRIMARY, { key: 'root' })),
        shows: ({ scopes }) => scopes['ckt-lon']?.incidents.map(({ root, members }) => [root, members]),
        is: [['root', ['root']]],
      },
      {
        name: 'one that has been well for long enough closes',
        scene: () =>
          createEvaluationStageTestInput(peers, {}, (context) => {
            const healthySince = TEST_POLL_END_TIME - defaultSettings['incident.healthy']
            ensureResourceState(context, 'ckt-lon').incidents = [{ ...incident, healthySince }]
          }),
        shows: ({ scopes }) => scopes['ckt-lon']?.incidents.map(({ closedAt }) => closedAt),
        is: [TEST_POLL_END_TIME],
      },
    ],
    rechecks: [
      {
        name: 'when one that is well will close',
        scene: () =>
          createEvaluationStageTestInput(peers, {}, (context) => {
            ensureResourceState(context, 'ckt-lon').incidents = [incident]
          }),
        scope: 'ckt-lon',
        at: TEST_POLL_END_TIME + defaultSettings['incident.healthy'],
      },
    ],
  },
  expiry: {
    changes: [
      {
        name: 'what ended too long ago is forgotten',
        scene: () => {
          const ended = {
            started: LONG_AGO_TIME_BOUNDS,
            ended: LONG_AGO_TIME_BOUNDS,
            detectedAt: LONG_AGO_TIME_BOUNDS.latest,
          }
          const old = given(createOngoingEvent('path_down', 'ckt-lon', PRIMARY, { ...ended, key: 'old' }))
          storeEventInTestContext(
            old.context,
            createOngoingEvent('path_down', 'ckt-lon', PRIMARY, { key: 'new', ended: TIME_BOUNDS_SINCE_PREVIOUS_POLL }),
          )
          return old
        },
        shows: ({ scopes }) => Object.keys(scopes['ckt-lon']?.live ?? {}),
        is: ['new'],
      },
    ],
  },
}
