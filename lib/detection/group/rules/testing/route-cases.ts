import type { RouteChange } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { ensureResourceState } from '../../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../../model/recheck.ts'
import type { GatewayRouteTableRow, RoutesOfChangedPrefixes } from '../../../model/route.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { HUB_GATEWAY_NAME, GATEWAY_INSTANCE_ADDRESSES } from '../../../testing/estates.ts'
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
  type EvaluationStageTestCases,
} from '../../../testing/scene.ts'
import { createUsualChurnRate } from '../../../churn/usual-rate.ts'
import {
  PRIMARY_PATH_SUBRESOURCE,
  LONDON_NEIGHBORS,
  AMSTERDAM_NEIGHBORS,
  TEST_PREFIX,
  createLearnedRoute,
  createSessionsWithNeighbor,
} from './estate-parts.ts'

const withdrawal: RouteChange = {
  type: 'route',
  op: 'withdraw',
  instance: GATEWAY_INSTANCE_ADDRESSES[0],
  peer: LONDON_NEIGHBORS,
  prefix: TEST_PREFIX,
  before: [createLearnedRoute(LONDON_NEIGHBORS)],
  after: [],
  between: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
}
const table = (...entries: GatewayRouteTableRow[]): RoutesOfChangedPrefixes => ({
  entries: { [TEST_PREFIX]: entries },
  covered: [],
  ownSpace: [],
  past: {},
  covering: {},
  asnsElsewhere: [],
})
const withdrawn = (
  prepare: Parameters<typeof createEvaluationStageTestInput>[2] = () => undefined,
): EvaluationStageTestInput =>
  createEvaluationStageTestInput(
    { kind: 'learned', scope: HUB_GATEWAY_NAME },
    {
      signals: [
        {
          type: 'routes',
          kind: 'learned',
          changes: [withdrawal],
          sizes: { [`${GATEWAY_INSTANCE_ADDRESSES[0]}|${LONDON_NEIGHBORS}`]: 5 },
        },
      ],
      // worse than the withdrawn route, so that it was not a best path before
      routes: table({ ...createLearnedRoute(AMSTERDAM_NEIGHBORS), asPath: [12076, 65001, 65001] }),
    },
    prepare,
  )
const diverging = (): EvaluationStageTestInput =>
  createEvaluationStageTestInput({ kind: 'learned', scope: HUB_GATEWAY_NAME }, {}, (context) => {
    const scope = ensureResourceState(context, HUB_GATEWAY_NAME)
    scope.sessions = createSessionsWithNeighbor(LONDON_NEIGHBORS)
    scope.divergence = {
      tables: Object.fromEntries(
        GATEWAY_INSTANCE_ADDRESSES.map((instance, n) => [
          `${instance}|${LONDON_NEIGHBORS}`,
          { digest: `${n}`, prefixes: 6 - n, since: LONG_AGO_TIME_BOUNDS },
        ]),
      ),
      differing: {
        [LONDON_NEIGHBORS]: {
          since: LONG_AGO_TIME_BOUNDS,
          samples: 1,
          firstAt: TEST_POLL_END_TIME - 10 * MS_PER_MINUTE,
          lastAt: TEST_POLL_END_TIME - 10 * MS_PER_MINUTE,
        },
      },
    }
  })

const unequal = (samples: number): EvaluationStageTestInput =>
  createEvaluationStageTestInput(
    { kind: 'tables', scope: 'ckt-lon', subresource: PRIMARY_PATH_SUBRESOURCE },
    {},
    (context) => {
      const scope = ensureResourceState(context, 'ckt-lon')
      scope.sessions = {
        primary: createLongEstablishedSession('172.16.0.2', '172.16.0.1', { subresource: PRIMARY_PATH_SUBRESOURCE }),
        secondary: createLongEstablishedSession('172.16.0.6', '172.16.0.5', {
          subresource: 'AzurePrivatePeering/secondary',
        }),
      }
      const differs = {
        how: 'only_a',
        since: LONG_AGO_TIME_BOUNDS,
        samples,
        lastAt: TEST_POLL_END_TIME - MS_PER_MINUTE,
        prepends: null,
      } as const
      scope.parity['AzurePrivatePeering'] = {
        shared: 10,
        unequal: 0,
        more: 0,
        differing: { [TEST_PREFIX]: { ...differs, source: `ckt-lon ${PRIMARY_PATH_SUBRESOURCE}` } },
        equal: null,
        alike: null,
      }
    },
  )
const ofHub = { kind: 'learned', scope: 'ergw-vhub', subresource: 'vhub/conn-lon' } as const
/**
 * Returns a scene with an open event about a hub's connection to ckt-lon that brings no route.
 * @param readAt last poll of the circuit's sessions; null = never
 */
const emptied = (readAt: number | null): EvaluationStageTestInput =>
  createEvaluationStageTestInput(ofHub, {}, (context) => {
    const hubConnections = [{ gateway: ofHub.scope, name: 'conn-lon', circuit: 'ckt-lon' }]
    context.topology = { ...context.topology, hubConnections }
    const read = (at: number) => ({ at, readAt: at, everyMs: MS_PER_MINUTE })
    context.lastGoodPolls = {
      [`${ofHub.scope} ${ofHub.subresource} learned`]: read(TEST_POLL_END_TIME),
      ...(readAt !== null && { [`ckt-lon ${PRIMARY_PATH_SUBRESOURCE} summary`]: read(readAt) }),
    }
    storeEventInTestContext(context, createOngoingEvent('hub_connection_emptied', ofHub.scope, 'conn-lon'))
  })
const microsoft = { kind: 'tables', scope: 'ckt-lon', subresource: 'MicrosoftPeering/primary' } as const

/** Test cases of the stages that evaluate routes and their tables, by stage. */
export const routeCases: Record<string, EvaluationStageTestCases> = {
  'best paths': {
    changes: [
      {
        name: 'a shift waits for word of a loss',
        scene: () => withdrawn(),
        shows: ({ scopes }) => scopes[HUB_GATEWAY_NAME]?.pending.map(({ before, after }) => [before, after]),
        is: [[[`${HUB_GATEWAY_NAME} ${LONDON_NEIGHBORS}`], [`${HUB_GATEWAY_NAME} ${AMSTERDAM_NEIGHBORS}`]]],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, while a shift waits',
        scene: () =>
          withdrawn((context) => {
            const source = { startedAt: TEST_POLL_END_TIME, finishedAt: TEST_POLL_END_TIME, previousOkAt: null }
            const shift = {
              prefixes: [TEST_PREFIX],
              before: [LONDON_NEIGHBORS],
              after: [AMSTERDAM_NEIGHBORS],
              drain: false,
            }
            ensureResourceState(context, HUB_GATEWAY_NAME).pending = [
              { source, between: TIME_BOUNDS_SINCE_PREVIOUS_POLL, ...shift },
            ]
          }),
        scope: HUB_GATEWAY_NAME,
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
  'advertised headroom': {
    changes: [
      {
        name: 'a gateway that announces nearly as many prefixes as it may',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'advertised', scope: HUB_GATEWAY_NAME },
            {
              signals: [
                {
                  type: 'advertised',
                  neighbor: LONDON_NEIGHBORS,
                  counts: { 4: defaultSettings['limit.advertised'] - 1, 6: 0 },
                },
              ],
            },
          ),
        shows: listEventKindsInScope(HUB_GATEWAY_NAME),
        is: ['prefix_headroom'],
      },
    ],
  },
  'learned routes': {
    changes: [
      {
        name: 'a watched prefix that was withdrawn',
        scene: () => {
          const own = withdrawn()
          own.context.topology = { ...own.context.topology, watched: ['10.0.0.0/8'] }
          return own
        },
        shows: ({ scopes }) =>
          Object.values(scopes).flatMap(({ live }) => Object.values(live).map(({ event }) => event.kind)),
        is: ['route_withdrawn'],
      },
    ],
    rechecks: [
      {
        name: 'with the next table, while more than usual moves',
        scene: () =>
          createEvaluationStageTestInput({ kind: 'learned', scope: HUB_GATEWAY_NAME }, {}, (context) => {
            ensureResourceState(context, HUB_GATEWAY_NAME).churn = {
              usual: createUsualChurnRate(TEST_POLL_END_TIME - 60 * MS_PER_MINUTE),
              busy: { since: TIME_BOUNDS_SINCE_PREVIOUS_POLL, perMinute: 50, polls: 1 },
              calm: null,
              countedAt: TEST_POLL_END_TIME - MS_PER_MINUTE,
            }
          }),
        scope: HUB_GATEWAY_NAME,
        at: 'routes',
      },
    ],
  },
  'instance divergence': {
    changes: [
      {
        name: 'two instances that learn otherwise in a second sample',
        scene: diverging,
        shows: listEventKindsInScope(HUB_GATEWAY_NAME),
        is: ['instance_divergence'],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, until it is proven',
        scene: diverging,
        scope: HUB_GATEWAY_NAME,
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
  'path parity': {
    changes: [
      {
        name: 'a prefix that only one path has in a last sample that it takes',
        scene: () => unequal(defaultSettings['parity.confirm'] - 1),
        shows: listEventKindsInScope('ckt-lon'),
        is: ['parity_mismatch'],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, until enough samples show it',
        scene: () => unequal(defaultSettings['parity.confirm'] - 1),
        scope: 'ckt-lon',
        at: RECHECK_AT_NEXT_POLL,
      },
      {
        name: 'not once they do',
        scene: () => unequal(defaultSettings['parity.confirm']),
        scope: 'ckt-lon',
        at: null,
      },
    ],
  },
  "Microsoft's prefixes": {
    changes: [
      {
        name: 'half as many as before',
        scene: () =>
          createEvaluationStageTestInput(
            microsoft,
            {
              signals: [
                { type: 'routes', kind: 'tables', changes: [withdrawal], sizes: { '|': 50 }, fromMicrosoft: 50 },
              ],
            },
            (context) => {
              ensureResourceState(context, 'ckt-lon').fromMicrosoft[microsoft.subresource] = 100
            },
          ),
        shows: listEventKindsInScope('ckt-lon'),
        is: ['microsoft_prefixes_changed'],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, after an empty table',
        scene: () =>
          createEvaluationStageTestInput(microsoft, {}, (context) => {
            const proof = { startedAt: TEST_POLL_END_TIME, finishedAt: TEST_POLL_END_TIME, previousOkAt: null }
            ensureResourceState(context, 'ckt-lon').emptied[microsoft.subresource] = {
              proof,
              started: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
              prefixes: [],
            }
          }),
        scope: 'ckt-lon',
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
  'hub connections': {
    changes: [
      {
        name: 'a second table without any row',
        scene: () =>
          createEvaluationStageTestInput(ofHub, {}, (context) => {
            const proof = {
              startedAt: TEST_POLL_END_TIME - 10 * MS_PER_MINUTE,
              finishedAt: TEST_POLL_END_TIME - 10 * MS_PER_MINUTE,
              previousOkAt: TEST_POLL_END_TIME - 20 * MS_PER_MINUTE,
            }
            ensureResourceState(context, ofHub.scope).emptied[ofHub.subresource] = {
              proof,
              started: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
              prefixes: [TEST_PREFIX],
            }
          }),
        shows: listEventKindsInScope(ofHub.scope),
        is: ['hub_connection_emptied'],
      },
    ],
    rechecks: [
      {
        name: 'while the sessions of the circuit behind an empty connection are not read',
        scene: () => emptied(TIME_BOUNDS_SINCE_PREVIOUS_POLL.earliest - MS_PER_MINUTE),
        scope: ofHub.scope,
        at: RECHECK_AT_NEXT_POLL,
      },
      {
        name: 'not if they were never read',
        scene: () => emptied(null),
        scope: ofHub.scope,
        at: null,
      },
    ],
  },
}
