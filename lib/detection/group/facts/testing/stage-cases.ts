import type { ActivityRow } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, ensureResourceState, formatSourceKey } from '../../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../../model/recheck.ts'
import type { SessionSignal } from '../../../model/signal.ts'
import type { TrafficState } from '../../../model/traffic-state.ts'
import { HUB } from '../../../testing/estates.ts'
import {
  eventOf,
  kindsIn,
  LATELY,
  LONG_AGO,
  NOW,
  remember,
  type Scene,
  scene,
  sessionFact,
  type StageCase,
  type StageCases,
} from '../../../testing/scene.ts'
import { armIdOf } from '../../../testing/world.ts'
import { createTrafficState } from '../traffic/traffic-state.ts'

const [INSTANCE, NEIGHBOR] = ['10.0.4.12', '10.0.4.4']
const PRIMARY = 'AzurePrivatePeering/primary'

const session = (more: Partial<SessionSignal>): SessionSignal => ({
  type: 'session',
  localAddress: INSTANCE,
  neighbor: NEIGHBOR,
  level: 'down',
  since: LATELY,
  sample: null,
  ...more,
})
const row = (more: Partial<ActivityRow>): ActivityRow => ({
  eventDataId: 'entry',
  correlationId: null,
  at: NOW - 5 * MINUTE,
  submittedAt: null,
  operation: 'Microsoft.Network/expressRouteCircuits/write',
  status: 'Succeeded',
  resourceId: armIdOf('expressRouteCircuits', 'ckt-lon'),
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
    from: NOW,
    to: NOW + 60 * MINUTE,
    text: '',
  },
})
/** Returns a circuit with this stored state of its traffic. */
const waiting = (more: Partial<TrafficState>): Scene =>
  scene({ kind: 'stats', scope: 'ckt-lon' }, {}, (context) => {
    ensureResourceState(context, 'ckt-lon').traffic = { ...createTrafficState(), ...more }
  })

const failing = (key: string, lastGoodAt: number) =>
  scene({ kind: 'peers', scope: HUB }, {}, (context) => {
    ensureResourceState(context, 'ckt-lon').failing[key] = { lastGoodAt, everyMs: MINUTE }
  })

/** Test cases of the stages that write facts, by stage. */
export const factCases: Record<string, StageCases> = {
  signals: {
    changes: [
      {
        name: 'a session that fell is known to be down',
        scene: () => scene({ kind: 'peers', scope: HUB }, { signals: [session({})] }),
        shows: ({ scopes }) =>
          Object.values(scopes[HUB]?.sessions ?? {}).map(({ neighbor, level }) => [neighbor, level]),
        is: [[NEIGHBOR, 'down']],
      },
      {
        name: 'a poll that failed makes its source a failing one',
        scene: () =>
          scene(
            { kind: 'summary', scope: 'ckt-lon', subresource: PRIMARY, outcome: 'timeout' },
            { signals: [{ type: 'outcome', good: false, outcome: 'timeout', lastGoodAt: NOW - MINUTE }] },
          ),
        shows: ({ scopes }) => scopes['ckt-lon']?.failing,
        is: { [`${PRIMARY} summary`]: { lastGoodAt: NOW - MINUTE, everyMs: MINUTE } },
      },
    ],
    rechecks: [
      {
        name: 'once a summary that fails is too old: after three polls',
        scene: () => failing(`${PRIMARY} summary`, NOW - MINUTE),
        scope: 'ckt-lon',
        at: NOW + 2 * MINUTE + 1,
      },
      {
        name: 'not for a summary that already is',
        scene: () => failing(`${PRIMARY} summary`, NOW - 4 * MINUTE),
        scope: 'ckt-lon',
        at: null,
      },
      {
        name: 'not for an ARP table',
        scene: () => failing(`${PRIMARY} arp`, NOW - MINUTE),
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
          scene({ kind: 'peers', scope: HUB }, {}, (context) => {
            const { released, sessions } = ensureResourceState(context, HUB)
            released[NEIGHBOR] = { between: LONG_AGO, by: 'removal' }
            released['10.0.4.5'] = { between: LONG_AGO, by: 'removal' }
            sessions['one'] = sessionFact(INSTANCE, NEIGHBOR, { since: LATELY })
          }),
        shows: ({ scopes }) => Object.keys(scopes[HUB]?.released ?? {}),
        is: ['10.0.4.5'],
      },
      ...(
        [
          ['two that belong to no other and fell with it', [NEIGHBOR, '10.0.4.5'], [NEIGHBOR, '10.0.4.5']],
          ['none where a third fell beside them', [NEIGHBOR, '10.0.4.5', '10.0.4.6'], ['before']],
          ['none where one alone fell', [NEIGHBOR], ['before']],
        ] as const
      ).map(
        ([name, fallen, is]): StageCase => ({
          name: `of a removed connection whose neighbors were not known: ${name}`,
          scene: () =>
            scene({ kind: 'peers', scope: HUB }, {}, (context) => {
              const own = ensureResourceState(context, HUB)
              context.topology = { ...context.topology, mappings: [] }
              own.unclaimed = [{ between: LATELY, by: 'removal' }]
              for (const neighbor of fallen)
                own.sessions[neighbor] = sessionFact(INSTANCE, neighbor, { level: 'down', since: LATELY })
              own.sessions['kept'] = sessionFact(INSTANCE, '10.0.4.9')
              // every case must change the facts, so that a neighbor that came back is added
              own.released['10.0.4.99'] = { between: LONG_AGO, by: 'earlier' }
              own.sessions['back'] = sessionFact(INSTANCE, '10.0.4.99', { since: LATELY })
            }),
          shows: ({ scopes }) => {
            const { released = {}, unclaimed } = scopes[HUB] ?? {}
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
        scene: () => scene({ kind: 'stats', scope: 'ckt-lon' }, { inUse: { 'ckt-lon': { primary: true } } }),
        shows: ({ scopes }) => [scopes['ckt-lon']?.traffic?.inUse, scopes['ckt-lon']?.traffic?.inUseAt],
        is: [{ primary: true }, NOW],
      },
      {
        name: 'routes of a gateway changed',
        scene: () =>
          scene(
            { kind: 'learned', scope: HUB },
            { signals: [{ type: 'routes', kind: 'learned', changes: [], sizes: {} }] },
          ),
        shows: ({ scopes }) => scopes[HUB]?.routesChangedAt,
        is: NOW,
      },
      {
        name: 'an ARP entry that is gone while its session stays is suspected',
        scene: () =>
          scene({ kind: 'arp', scope: 'ckt-lon', subresource: PRIMARY }, {}, (context) => {
            const { arp, sessions } = ensureResourceState(context, 'ckt-lon')
            arp[PRIMARY] = {
              state: 'incomplete',
              empty: false,
              emptyPolls: 0,
              since: { earliest: 0, latest: NOW - MINUTE },
            }
            sessions['one'] = sessionFact('172.16.0.2', '172.16.0.1', { subresource: PRIMARY })
          }),
        shows: ({ scopes }) => scopes['ckt-lon']?.traffic?.suspicions,
        is: { primary: { since: NOW - MINUTE, arp: 1, summary: 0 } },
      },
    ],
    rechecks: [
      {
        name: 'with the next bytes, while it is undecided what they mean',
        scene: () => waiting({ waits: NOW }),
        scope: 'ckt-lon',
        at: 'bytes',
      },
      {
        name: 'with the next poll, while an ARP entry is suspected',
        scene: () => waiting({ suspicions: { primary: { since: NOW, arp: 0, summary: 1 } } }),
        scope: 'ckt-lon',
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
  'first seen': {
    changes: [
      {
        name: 'a session that is down at its first poll is listed',
        scene: () => scene({ kind: 'peers', scope: HUB }, { signals: [session({ level: 'never', isFirst: true })] }),
        shows: kindsIn(HUB),
        is: ['initial_state'],
      },
    ],
  },
  probes: {
    changes: [
      {
        name: 'a test is evidence for what carries its address, and for nothing else any more',
        scene: () =>
          scene(
            { kind: 'probe', scope: 'monitor' },
            {
              signals: [{ type: 'probe', test: 'to-a', destination: '10.10.0.1', state: 'failing', since: LATELY }],
              probed: { '10.10.0.1': ['ckt-lon'] },
            },
            (context) => {
              ensureResourceState(context, 'ckt-lon')
              ensureResourceState(context, 'ckt-ams').probes['to-a'] = { state: 'passing', since: LONG_AGO }
            },
          ),
        shows: ({ scopes }) => [scopes['ckt-lon']?.probes, scopes['ckt-ams']?.probes],
        is: [{ 'to-a': { state: 'failing', since: LATELY } }, {}],
      },
    ],
  },
  availability: {
    changes: [
      {
        name: 'the minutes that Azure Monitor reported',
        scene: () =>
          scene(
            { kind: 'metrics', scope: 'ckt-lon' },
            {
              signals: [
                {
                  type: 'availability',
                  subresource: PRIMARY,
                  reported: LATELY,
                  low: [LATELY],
                  down: [LATELY],
                  last: 0,
                },
              ],
            },
          ),
        shows: ({ scopes }) => scopes['ckt-lon']?.availability,
        is: { [PRIMARY]: { reported: LATELY, low: [LATELY], down: [LATELY], last: 0, isFirst: true } },
      },
    ],
  },
  'activity log': {
    changes: [
      {
        name: 'what somebody changed on a circuit, and not what they only read or failed to do',
        scene: () =>
          scene(
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
          scene({ kind: 'activity', scope: 'subscription' }, { signals: [{ type: 'activity', rows: [notice] }] }),
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
          scene({ kind: 'peers', scope: HUB }, { events: [eventOf('session_down', HUB, `${INSTANCE}~${NEIGHBOR}`)] }),
        shows: ({ scopes }) =>
          Object.values(scopes[HUB]?.live ?? {}).map(({ event, confirm }) => [event.kind, confirm?.left]),
        is: [['session_down', 1]],
      },
      ...(
        [
          // the session's age shows that it came up after the start of the only sample that showed it down
          ['and is confirmed by an age that dates its return', NOW - MINUTE + 1, []],
          ['and stays unconfirmed where nothing dates its return', NOW - MINUTE, ['unconfirmed']],
        ] as const
      ).map(([name, earliest, is]) => ({
        name,
        scene: () => {
          const fallen = eventOf('session_down', HUB, `${INSTANCE}~${NEIGHBOR}`, { flags: ['unconfirmed'] })
          const events = [{ ...fallen, flags: [], ended: { earliest, latest: NOW } }]
          return scene({ kind: 'peers', scope: HUB }, { events }, (context) =>
            remember(context, fallen, {
              confirm: { source: formatSourceKey(context.mark), lastAt: NOW - MINUTE, left: 1 },
            }),
          )
        },
        shows: ({ scopes }: DetectionContext) =>
          Object.values(scopes[HUB]?.live ?? {}).map(({ event }) => [event.ended !== null, ...event.flags]),
        is: [[true, ...is]],
      })),
    ],
  },
}
