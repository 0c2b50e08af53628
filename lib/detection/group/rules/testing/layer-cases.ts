import type { TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, ensureResourceState, formatSourceKey } from '../../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../../model/recheck.ts'
import { HUB_GATEWAY_NAME, GATEWAY_INSTANCE_ADDRESSES } from '../../../testing/estates.ts'
import { createTestSessionReportedByRouter } from '../../../testing/router-ends.ts'
import {
  getOnlyEventInScope,
  createOngoingEvent,
  listEventKindsInScope,
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  LONG_AGO_TIME_BOUNDS,
  TEST_POLL_END_TIME,
  storeEventInTestContext,
  type EvaluationStageTestInput,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
  type EvaluationStageTestCases,
} from '../../../testing/scene.ts'
import {
  AMSTERDAM_NEIGHBORS,
  LONDON_NEIGHBORS,
  PRIMARY_PATH_SUBRESOURCE,
  createSessionsWithNeighbor,
} from './estate-parts.ts'

const unconfirmed = (): EvaluationStageTestInput =>
  createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
    const source = formatSourceKey(context.mark)
    storeEventInTestContext(
      context,
      createOngoingEvent('session_down', HUB_GATEWAY_NAME, `${GATEWAY_INSTANCE_ADDRESSES[0]}~${LONDON_NEIGHBORS}`, {
        flags: ['unconfirmed'],
      }),
      {
        confirm: { source, lastAt: TEST_POLL_END_TIME - MS_PER_MINUTE, left: 1 },
      },
    )
  })

/** Returns a scene in which Azure reports a session as up that its router lost some seconds ago. */
const routerLost = (seconds: number): EvaluationStageTestInput =>
  createEvaluationStageTestInput(
    { kind: 'summary', scope: 'ckt-lon', subresource: PRIMARY_PATH_SUBRESOURCE },
    {},
    (context) => {
      ensureResourceState(context, 'ckt-lon').sessions = {
        own: createLongEstablishedSession('172.16.0.2', '172.16.0.1', {
          subresource: PRIMARY_PATH_SUBRESOURCE,
          asn: 65_001,
        }),
      }
      const fell = { earliest: TEST_POLL_END_TIME - seconds * 1_000, latest: TEST_POLL_END_TIME - seconds * 1_000 }
      context.routerEnds = [createTestSessionReportedByRouter([{ state: 'down', reason: null, from: fell, to: null }])]
    },
  )

export const BRANCH_TUNNELS = ['to-branch/isp-a', 'to-branch/isp-b']
/** Returns the VPN gateway of a hub with two connections, with these links down. */
export const hubVpn = (
  down: readonly string[],
  links: readonly string[] = [...BRANCH_TUNNELS, 'to-depot'],
  open: Open[] = [],
): EvaluationStageTestInput => {
  const own = createEvaluationStageTestInput({ kind: 'connection', scope: 'vpngw-vhub' }, {}, (context) => {
    ensureResourceState(context, 'vpngw-vhub').tunnels = Object.fromEntries(
      [...BRANCH_TUNNELS, 'to-depot'].map((name) => [
        name,
        { state: down.includes(name) ? 'down' : 'up', since: TIME_BOUNDS_SINCE_PREVIOUS_POLL },
      ]),
    )
    for (const [kind, subject] of open)
      storeEventInTestContext(
        context,
        createOngoingEvent(kind, 'vpngw-vhub', subject, { started: LONG_AGO_TIME_BOUNDS }),
      )
  })
  own.context.topology = { ...own.context.topology, hubVpnGateways: [{ scope: 'vpngw-vhub', links: [...links] }] }
  return own
}
type Open = ['connection_down' | 'tunnel_down', string]
export const listEventSubjectsInScope = (scope: string) => (context: DetectionContext) =>
  Object.values(context.scopes[scope]?.live ?? {})
    .filter(({ event }) => event.ended === null)
    .map(({ event }) => `${event.kind} ${event.subject}`)
    .toSorted()

/**
 * Returns a scene in which one instance of a gateway has been silent since the last poll, while the other given
 * instances have its neighbor, during a change of the gateway or without one.
 */
export function createInstanceReplacementScene({
  change = true,
  over = false,
  others = [GATEWAY_INSTANCE_ADDRESSES[1]],
  polls = 1,
  by = HUB_GATEWAY_NAME,
}: Partial<Exchange> = {}): EvaluationStageTestInput {
  const own = createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
    const state = ensureResourceState(context, HUB_GATEWAY_NAME)
    for (const instance of [GATEWAY_INSTANCE_ADDRESSES[0], ...others])
      state.sessions[instance] = createLongEstablishedSession(instance, LONDON_NEIGHBORS)
    state.sessions['another'] = createLongEstablishedSession(GATEWAY_INSTANCE_ADDRESSES[1], AMSTERDAM_NEIGHBORS)
    state.silent[GATEWAY_INSTANCE_ADDRESSES[0]] = TIME_BOUNDS_SINCE_PREVIOUS_POLL
    const ended = over ? TIME_BOUNDS_SINCE_PREVIOUS_POLL : null
    if (change)
      storeEventInTestContext(
        context,
        createOngoingEvent('gateway_changing', HUB_GATEWAY_NAME, HUB_GATEWAY_NAME, {
          severity: 'info',
          started: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
          ended,
        }),
      )
  })
  const { mark } = own.context
  own.context.mark = {
    ...mark,
    scope: by,
    startedAt: mark.startedAt + polls * MS_PER_MINUTE,
    finishedAt: mark.finishedAt + polls * MS_PER_MINUTE,
  }
  return own
}
interface Exchange {
  change: boolean
  over: boolean
  others: readonly string[]
  polls: number
  /** gateway that the poll of the scene reads */
  by: string
}

/** Returns a path whose session Azure refuses to report; these of its newest minutes are down by metrics. */
function refused(down: TimestampBounds[]): EvaluationStageTestInput {
  return createEvaluationStageTestInput({ kind: 'metrics', scope: 'ckt-lon' }, {}, (context) => {
    const own = ensureResourceState(context, 'ckt-lon')
    own.failing[`${PRIMARY_PATH_SUBRESOURCE} summary`] = { lastGoodAt: null, everyMs: MS_PER_MINUTE, refused: true }
    own.intent['AzurePrivatePeering'] = {
      circuit: 'Enabled',
      provider: 'Provisioned',
      peering: 'Enabled',
      since: LONG_AGO_TIME_BOUNDS,
    }
    const well = {
      earliest: TIME_BOUNDS_SINCE_PREVIOUS_POLL.earliest - MS_PER_MINUTE,
      latest: TIME_BOUNDS_SINCE_PREVIOUS_POLL.earliest,
    }
    own.availability[PRIMARY_PATH_SUBRESOURCE] = {
      reported: { earliest: well.earliest, latest: TEST_POLL_END_TIME },
      low: down,
      down,
      last: 0,
      well,
    }
  })
}

/** Test cases of the stages that evaluate sessions, paths and gateways, by stage. */
export const layerCases: Record<string, EvaluationStageTestCases> = {
  'router ends': {
    changes: [
      {
        name: 'what a router saw fall and polls did not for longer than both ends may differ is one of two ends that differ',
        scene: () => routerLost(300),
        shows: listEventKindsInScope('ckt-lon'),
        is: ['session_ends_differ'],
      },
    ],
    rechecks: [
      {
        name: 'when both ends will have differed for longer than they may',
        scene: () => routerLost(60),
        scope: 'ckt-lon',
        at: TEST_POLL_END_TIME - MS_PER_MINUTE + 240_001,
      },
      {
        name: 'with the next poll, where they do and none of the session itself has judged it',
        scene: () => routerLost(300),
        scope: 'ckt-lon',
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
  'instance restarts': {
    changes: [
      {
        name: 'all sessions of one instance established again are one restart of it',
        scene: () => {
          const flaps = [LONDON_NEIGHBORS, AMSTERDAM_NEIGHBORS].map((neighbor) =>
            createOngoingEvent('session_flap', HUB_GATEWAY_NAME, `${GATEWAY_INSTANCE_ADDRESSES[0]}~${neighbor}`, {
              started: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
              ended: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
            }),
          )
          return createEvaluationStageTestInput(
            { kind: 'peers', scope: HUB_GATEWAY_NAME },
            { events: flaps },
            (context) => {
              ensureResourceState(context, HUB_GATEWAY_NAME).sessions = {
                ...createSessionsWithNeighbor(LONDON_NEIGHBORS, {}),
                ...createSessionsWithNeighbor(AMSTERDAM_NEIGHBORS, {}),
              }
            },
          )
        },
        shows: listEventKindsInScope(HUB_GATEWAY_NAME),
        is: ['gateway_instance_restarted'],
      },
    ],
  },
  layers: {
    rechecks: [
      {
        name: 'an instance that left in a change is judged with the polls after it',
        scene: () => createInstanceReplacementScene({ over: true }),
        scope: HUB_GATEWAY_NAME,
        at: RECHECK_AT_NEXT_POLL,
      },
      {
        name: 'and not while it is changed',
        scene: () => createInstanceReplacementScene(),
        scope: HUB_GATEWAY_NAME,
        at: null,
      },
      {
        name: 'with every poll of a circuit that metrics alone show',
        scene: () => refused([TIME_BOUNDS_SINCE_PREVIOUS_POLL]),
        scope: 'ckt-lon',
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
    changes: [
      {
        name: 'an instance that is silent is lost, where nobody changes its gateway',
        scene: () => createInstanceReplacementScene({ change: false }),
        shows: listEventSubjectsInScope(HUB_GATEWAY_NAME),
        is: [`gateway_instance_lost ${GATEWAY_INSTANCE_ADDRESSES[0]}`],
      },
      {
        name: 'one that left in a change which is over is, if nothing replaces it',
        scene: () => createInstanceReplacementScene({ over: true, polls: 3 }),
        shows: listEventSubjectsInScope(HUB_GATEWAY_NAME),
        is: [`gateway_instance_lost ${GATEWAY_INSTANCE_ADDRESSES[0]}`],
      },
      {
        name: 'one that left in a change is, if nobody else has its neighbors',
        scene: () => createInstanceReplacementScene({ others: [] }),
        shows: listEventSubjectsInScope(HUB_GATEWAY_NAME),
        is: [`gateway_changing ${HUB_GATEWAY_NAME}`, `gateway_instance_lost ${GATEWAY_INSTANCE_ADDRESSES[0]}`],
      },
      {
        name: 'a path whose session Azure refuses is down by metrics',
        scene: () => refused([TIME_BOUNDS_SINCE_PREVIOUS_POLL]),
        shows: (context) => getOnlyEventInScope('ckt-lon', context)?.flags,
        is: ['by_metric', 'unconfirmed', 'L3'],
      },
      {
        name: 'what went with a removal ends with it',
        scene: () =>
          createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
            ensureResourceState(context, HUB_GATEWAY_NAME).released[LONDON_NEIGHBORS] = {
              between: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
              by: 'removal',
            }
            storeEventInTestContext(context, createOngoingEvent('peer_lost', HUB_GATEWAY_NAME, LONDON_NEIGHBORS))
          }),
        shows: (context) => [
          getOnlyEventInScope(HUB_GATEWAY_NAME, context)?.ended,
          getOnlyEventInScope(HUB_GATEWAY_NAME, context)?.partOf,
        ],
        is: [TIME_BOUNDS_SINCE_PREVIOUS_POLL, 'removal'],
      },
      {
        name: 'of a gateway that waits for another one in a migration nothing is lost',
        scene: () => {
          const own = createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
            storeEventInTestContext(
              context,
              createOngoingEvent('gateway_isolated', HUB_GATEWAY_NAME, HUB_GATEWAY_NAME, {
                started: LONG_AGO_TIME_BOUNDS,
              }),
            )
            storeEventInTestContext(
              context,
              createOngoingEvent('peer_lost', HUB_GATEWAY_NAME, LONDON_NEIGHBORS, { started: LONG_AGO_TIME_BOUNDS }),
            )
          })
          const { topology } = own.context
          const gateways = topology.gateways.map((one) => ({ ...one, isStandby: true as const }))
          own.context.topology = { ...topology, gateways }
          return own
        },
        shows: listEventSubjectsInScope(HUB_GATEWAY_NAME),
        is: [],
      },
      {
        name: 'both links of a hub’s connection are down, and no other connection is',
        scene: () => hubVpn(BRANCH_TUNNELS),
        shows: listEventSubjectsInScope('vpngw-vhub'),
        is: ['connection_down to-branch', ...BRANCH_TUNNELS.map((link) => `tunnel_down ${link}`)],
      },
      {
        name: 'one of two links of a hub’s connection is down',
        scene: () => hubVpn(BRANCH_TUNNELS.slice(0, 1)),
        shows: listEventSubjectsInScope('vpngw-vhub'),
        is: ['tunnel_down to-branch/isp-a'],
      },
      {
        name: 'a connection of a hub without links is down itself',
        scene: () => hubVpn(['to-depot']),
        shows: listEventSubjectsInScope('vpngw-vhub'),
        is: ['connection_down to-depot'],
      },
      {
        name: 'what of a hub is configured no longer is not down any more',
        scene: () =>
          hubVpn(
            BRANCH_TUNNELS,
            ['to-depot'],
            [
              ['connection_down', 'to-branch'],
              ['tunnel_down', 'to-branch/isp-a'],
            ],
          ),
        shows: listEventSubjectsInScope('vpngw-vhub'),
        is: [],
      },
      {
        name: 'a gateway without any session is isolated, and its neighbor lost',
        scene: () =>
          createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
            ensureResourceState(context, HUB_GATEWAY_NAME).sessions = createSessionsWithNeighbor(LONDON_NEIGHBORS, {
              level: 'down',
              since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
            })
          }),
        shows: listEventKindsInScope(HUB_GATEWAY_NAME),
        is: ['gateway_isolated', 'peer_lost'],
      },
      {
        name: 'a path whose session and ARP entry went is down, and the circuit without redundancy',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'summary', scope: 'ckt-lon', subresource: PRIMARY_PATH_SUBRESOURCE },
            {},
            (context) => {
              const scope = ensureResourceState(context, 'ckt-lon')
              const secondary = { subresource: 'AzurePrivatePeering/secondary' }
              scope.sessions = {
                primary: createLongEstablishedSession('172.16.0.2', '172.16.0.1', {
                  subresource: PRIMARY_PATH_SUBRESOURCE,
                  level: 'down',
                  since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
                }),
                secondary: createLongEstablishedSession('172.16.0.6', '172.16.0.5', secondary),
              }
              scope.intent['AzurePrivatePeering'] = {
                circuit: 'Enabled',
                provider: 'Provisioned',
                peering: 'Enabled',
                since: LONG_AGO_TIME_BOUNDS,
              }
            },
          ),
        shows: listEventKindsInScope('ckt-lon'),
        is: ['path_down', 'redundancy_lost'],
      },
      {
        name: 'what still holds is one sample nearer to proof',
        scene: () =>
          createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
            ensureResourceState(context, HUB_GATEWAY_NAME).sessions = createSessionsWithNeighbor(LONDON_NEIGHBORS, {
              level: 'down',
              since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
            })
            const confirm = {
              source: formatSourceKey(context.mark),
              lastAt: TEST_POLL_END_TIME - MS_PER_MINUTE,
              left: 2,
            }
            storeEventInTestContext(
              context,
              createOngoingEvent('gateway_isolated', HUB_GATEWAY_NAME, HUB_GATEWAY_NAME),
              { confirm },
            )
          }),
        shows: ({ scopes }) =>
          Object.values(scopes[HUB_GATEWAY_NAME]?.live ?? {}).find(({ event }) => event.kind === 'gateway_isolated')
            ?.confirm?.left,
        is: 1,
      },
    ],
  },
  confirmation: {
    changes: [
      {
        name: 'a fall that no further good poll has taken back',
        scene: unconfirmed,
        shows: ({ scopes }) =>
          Object.values(scopes[HUB_GATEWAY_NAME]?.live ?? {}).map(({ event, confirm }) => [event.flags, confirm]),
        is: [[[], null]],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, until it is',
        scene: unconfirmed,
        scope: HUB_GATEWAY_NAME,
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
}
