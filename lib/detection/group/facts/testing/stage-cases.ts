import type { ActivityRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, ensureResourceState, formatSourceKey } from '../../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../../model/recheck.ts'
import type { SessionStateChangeSignal } from '../../../model/signal.ts'
import type { TrafficState } from '../../../model/traffic-state.ts'
import { HUB_GATEWAY_NAME } from '../../../testing/estates.ts'
import {
  createOngoingEvent,
  listEventKindsInScope,
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  LONG_AGO_TIME_BOUNDS,
  TEST_POLL_END_TIME,
  storeEventInTestContext,
  type EvaluationStageTestInput,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
  type EvaluationStageTestCase,
  type EvaluationStageTestCases,
} from '../../../testing/scene.ts'
import { buildSimulatedArmId } from '../../../testing/world.ts'
import { createTrafficState } from '../traffic/traffic-state.ts'

const [INSTANCE, NEIGHBOR] = ['10.0.4.12', '10.0.4.4']
const PRIMARY = 'AzurePrivatePeering/primary'

const session = (more: Partial<SessionStateChangeSignal>): SessionStateChangeSignal => ({
  type: 'session',
  localAddress: INSTANCE,
  neighbor: NEIGHBOR,
  level: 'down',
  since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  sample: null,
  ...more,
})
const row = (more: Partial<ActivityRow>): ActivityRow => ({
  eventDataId: 'entry',
  correlationId: null,
  at: TEST_POLL_END_TIME - 5 * MS_PER_MINUTE,
  submittedAt: null,
  operation: 'Microsoft.Network/expressRouteCircuits/write',
  status: 'Succeeded',
  resourceId: buildSimulatedArmId('expressRouteCircuits', 'ckt-lon'),
  caller: 'alice@example.com',
  category: 'Administrative',
  ...more,
})
const notice: ActivityRow = row({
  category: 'ServiceHealth',
  health: {
    trackingId: 'T-1',
    type: 'maintenance',
    title: 'Work on ckt-lon',
    service: 'ExpressRoute',
    region: 'Global',
    stage: 'Active',
    from: TEST_POLL_END_TIME,
    to: TEST_POLL_END_TIME + 60 * MS_PER_MINUTE,
    text: '',
  },
})
/** Returns a circuit with this stored state of its traffic. */
const waiting = (more: Partial<TrafficState>): EvaluationStageTestInput =>
  createEvaluationStageTestInput({ kind: 'stats', scope: 'ckt-lon' }, {}, (context) => {
    ensureResourceState(context, 'ckt-lon').traffic = { ...createTrafficState(), ...more }
  })

const failing = (key: string, lastGoodAt: number) =>
  createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
    ensureResourceState(context, 'ckt-lon').failing[key] = { lastGoodAt, everyMs: MS_PER_MINUTE }
  })

/** Test cases of the stages that write facts, by stage. */
export const factCases: Record<string, EvaluationStageTestCases> = {
  signals: {
    changes: [
      {
        name: 'a session that fell is known to be down',
        scene: () =>
          createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, { signals: [session({})] }),
        shows: ({ scopes }) =>
          Object.values(scopes[HUB_GATEWAY_NAME]?.sessions ?? {}).map(({ neighbor, level }) => [neighbor, level]),
        is: [[NEIGHBOR, 'down']],
      },
      {
        name: 'a poll that failed makes its source a failing one',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'summary', scope: 'ckt-lon', subresource: PRIMARY, outcome: 'timeout' },
            {
              signals: [
                { type: 'outcome', good: false, outcome: 'timeout', lastGoodAt: TEST_POLL_END_TIME - MS_PER_MINUTE },
              ],
            },
          ),
        shows: ({ scopes }) => scopes['ckt-lon']?.failing,
        is: { [`${PRIMARY} summary`]: { lastGoodAt: TEST_POLL_END_TIME - MS_PER_MINUTE, everyMs: MS_PER_MINUTE } },
      },
    ],
    rechecks: [
      {
        name: 'once a summary that fails is too old: after three polls',
        scene: () => failing(`${PRIMARY} summary`, TEST_POLL_END_TIME - MS_PER_MINUTE),
        scope: 'ckt-lon',
        at: TEST_POLL_END_TIME + 2 * MS_PER_MINUTE + 1,
      },
      {
        name: 'not for a summary that already is',
        scene: () => failing(`${PRIMARY} summary`, TEST_POLL_END_TIME - 4 * MS_PER_MINUTE),
        scope: 'ckt-lon',
        at: null,
      },
      {
        name: 'not for an ARP table',
        scene: () => failing(`${PRIMARY} arp`, TEST_POLL_END_TIME - MS_PER_MINUTE),
        scope: 'ckt-lon',
        at: null,
      },
    ],
  },
  'released neighbors': {
    changes: [
      {
        name: 'a session that came up after the removal is expected again',
        scene: () =>
          createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
            const { released, sessions } = ensureResourceState(context, HUB_GATEWAY_NAME)
            released[NEIGHBOR] = { between: LONG_AGO_TIME_BOUNDS, by: 'removal' }
            released['10.0.4.5'] = { between: LONG_AGO_TIME_BOUNDS, by: 'removal' }
            sessions['one'] = createLongEstablishedSession(INSTANCE, NEIGHBOR, {
              since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
            })
          }),
        shows: ({ scopes }) => Object.keys(scopes[HUB_GATEWAY_NAME]?.released ?? {}),
        is: ['10.0.4.5'],
      },
      ...(
        [
          ['two that belong to no other and fell with it', [NEIGHBOR, '10.0.4.5'], [NEIGHBOR, '10.0.4.5']],
          ['none where a third fell beside them', [NEIGHBOR, '10.0.4.5', '10.0.4.6'], ['before']],
          ['none where one alone fell', [NEIGHBOR], ['before']],
        ] as const
      ).map(
        ([name, fallen, is]): EvaluationStageTestCase => ({
          name: `of a removed connection whose neighbors were not known: ${name}`,
          scene: () =>
            createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
              const own = ensureResourceState(context, HUB_GATEWAY_NAME)
              context.topology = { ...context.topology, mappings: [] }
              own.unclaimed = [{ between: TIME_BOUNDS_SINCE_PREVIOUS_POLL, by: 'removal' }]
              for (const neighbor of fallen)
                own.sessions[neighbor] = createLongEstablishedSession(INSTANCE, neighbor, {
                  level: 'down',
                  since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
                })
              own.sessions['kept'] = createLongEstablishedSession(INSTANCE, '10.0.4.9')
              // every case must change the facts, so that a neighbor that came back is added
              own.released['10.0.4.99'] = { between: LONG_AGO_TIME_BOUNDS, by: 'earlier' }
              own.sessions['back'] = createLongEstablishedSession(INSTANCE, '10.0.4.99', {
                since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
              })
            }),
          shows: ({ scopes }) => {
            const { released = {}, unclaimed } = scopes[HUB_GATEWAY_NAME] ?? {}
            const gone = Object.keys(released)
            return gone.length === 0 && unclaimed ? ['before'] : gone.toSorted()
          },
          is: [...is],
        }),
      ),
    ],
  },
  traffic: {
    changes: [
      {
        name: 'which paths are in use is kept with the moment at which it was read',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'stats', scope: 'ckt-lon' },
            { inUse: { 'ckt-lon': { primary: true } } },
          ),
        shows: ({ scopes }) => [scopes['ckt-lon']?.traffic?.inUse, scopes['ckt-lon']?.traffic?.inUseAt],
        is: [{ primary: true }, TEST_POLL_END_TIME],
      },
      {
        name: 'routes of a gateway changed',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'learned', scope: HUB_GATEWAY_NAME },
            { signals: [{ type: 'routes', kind: 'learned', changes: [], sizes: {} }] },
          ),
        shows: ({ scopes }) => scopes[HUB_GATEWAY_NAME]?.routesChangedAt,
        is: TEST_POLL_END_TIME,
      },
      {
        name: 'an ARP entry that is gone while its session stays is suspected',
        scene: () =>
          createEvaluationStageTestInput({ kind: 'arp', scope: 'ckt-lon', subresource: PRIMARY }, {}, (context) => {
            const { arp, sessions } = ensureResourceState(context, 'ckt-lon')
            arp[PRIMARY] = {
              state: 'incomplete',
              empty: false,
              emptyPolls: 0,
              since: { earliest: 0, latest: TEST_POLL_END_TIME - MS_PER_MINUTE },
            }
            sessions['one'] = createLongEstablishedSession('172.16.0.2', '172.16.0.1', { subresource: PRIMARY })
          }),
        shows: ({ scopes }) => scopes['ckt-lon']?.traffic?.suspicions,
        is: { primary: { since: TEST_POLL_END_TIME - MS_PER_MINUTE, arp: 1, summary: 0 } },
      },
    ],
    rechecks: [
      {
        name: 'with the next bytes, while it is undecided what they mean',
        scene: () => waiting({ waits: TEST_POLL_END_TIME }),
        scope: 'ckt-lon',
        at: 'bytes',
      },
      {
        name: 'with the next poll, while an ARP entry is suspected',
        scene: () => waiting({ suspicions: { primary: { since: TEST_POLL_END_TIME, arp: 0, summary: 1 } } }),
        scope: 'ckt-lon',
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
  'first seen': {
    changes: [
      {
        name: 'a session that is down at its first poll is listed',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'peers', scope: HUB_GATEWAY_NAME },
            { signals: [session({ level: 'never', isFirst: true })] },
          ),
        shows: listEventKindsInScope(HUB_GATEWAY_NAME),
        is: ['initial_state'],
      },
    ],
  },
  probes: {
    changes: [
      {
        name: 'a test is evidence for what carries its address, and for nothing else any more',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'probe', scope: 'monitor' },
            {
              signals: [
                {
                  type: 'probe',
                  test: 'to-a',
                  destination: '10.10.0.1',
                  state: 'failing',
                  since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
                },
              ],
              probed: { '10.10.0.1': ['ckt-lon'] },
            },
            (context) => {
              ensureResourceState(context, 'ckt-lon')
              ensureResourceState(context, 'ckt-ams').probes['to-a'] = { state: 'passing', since: LONG_AGO_TIME_BOUNDS }
            },
          ),
        shows: ({ scopes }) => [scopes['ckt-lon']?.probes, scopes['ckt-ams']?.probes],
        is: [{ 'to-a': { state: 'failing', since: TIME_BOUNDS_SINCE_PREVIOUS_POLL } }, {}],
      },
    ],
  },
  availability: {
    changes: [
      {
        name: 'the minutes that Azure Monitor reported',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'metrics', scope: 'ckt-lon' },
            {
              signals: [
                {
                  type: 'availability',
                  subresource: PRIMARY,
                  reported: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
                  low: [TIME_BOUNDS_SINCE_PREVIOUS_POLL],
                  down: [TIME_BOUNDS_SINCE_PREVIOUS_POLL],
                  last: 0,
                },
              ],
            },
          ),
        shows: ({ scopes }) => scopes['ckt-lon']?.availability,
        is: {
          [PRIMARY]: {
            reported: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
            low: [TIME_BOUNDS_SINCE_PREVIOUS_POLL],
            down: [TIME_BOUNDS_SINCE_PREVIOUS_POLL],
            last: 0,
            isFirst: true,
          },
        },
      },
    ],
  },
  'activity log': {
    changes: [
      {
        name: 'what somebody changed on a circuit, and not what they only read or failed to do',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'activity', scope: 'subscription' },
            {
              signals: [
                {
                  type: 'activity',
                  rows: [
                    row({}),
                    row({ eventDataId: 'read', operation: 'Microsoft.Network/expressRouteCircuits/read' }),
                    row({ eventDataId: 'failed', status: 'Failed' }),
                  ],
                },
              ],
            },
          ),
        shows: ({ scopes }) => scopes['ckt-lon']?.logged.map(({ id }) => id),
        is: ['entry'],
      },
    ],
  },
  'service health': {
    changes: [
      {
        name: 'a notice is about the circuit that it names',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'activity', scope: 'subscription' },
            { signals: [{ type: 'activity', rows: [notice] }] },
          ),
        shows: ({ scopes }) => [scopes['ckt-lon']?.health.map(({ id }) => id), scopes['ckt-ams']?.health],
        is: [['T-1'], undefined],
      },
    ],
  },
  'events of the source': {
    changes: [
      {
        name: 'the fall of a session waits for a second sample',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'peers', scope: HUB_GATEWAY_NAME },
            { events: [createOngoingEvent('session_down', HUB_GATEWAY_NAME, `${INSTANCE}~${NEIGHBOR}`)] },
          ),
        shows: ({ scopes }) =>
          Object.values(scopes[HUB_GATEWAY_NAME]?.live ?? {}).map(({ event, confirm }) => [event.kind, confirm?.left]),
        is: [['session_down', 1]],
      },
      ...(
        [
          // the session's age shows that it came up after the start of the only sample that showed it down
          ['and is confirmed by an age that dates its return', TEST_POLL_END_TIME - MS_PER_MINUTE + 1, []],
          ['and stays unconfirmed where nothing dates its return', TEST_POLL_END_TIME - MS_PER_MINUTE, ['unconfirmed']],
        ] as const
      ).map(([name, earliest, is]) => ({
        name,
        scene: () => {
          const fallen = createOngoingEvent('session_down', HUB_GATEWAY_NAME, `${INSTANCE}~${NEIGHBOR}`, {
            flags: ['unconfirmed'],
          })
          const events = [{ ...fallen, flags: [], ended: { earliest, latest: TEST_POLL_END_TIME } }]
          return createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, { events }, (context) =>
            storeEventInTestContext(context, fallen, {
              confirm: { source: formatSourceKey(context.mark), lastAt: TEST_POLL_END_TIME - MS_PER_MINUTE, left: 1 },
            }),
          )
        },
        shows: ({ scopes }: DetectionContext) =>
          Object.values(scopes[HUB_GATEWAY_NAME]?.live ?? {}).map(({ event }) => [
            event.ended !== null,
            ...event.flags,
          ]),
        is: [[true, ...is]],
      })),
    ],
  },
}
