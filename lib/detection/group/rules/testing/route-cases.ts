import type { RouteChange } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { ensureResourceState } from '../../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../../model/recheck.ts'
import type { RouteEntry, RouteTable } from '../../../model/route.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { HUB, INSTANCES } from '../../../testing/estates.ts'
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
  type StageCases,
} from '../../../testing/scene.ts'
import { createUsualChurnRate } from '../../../churn/usual-rate.ts'
import { PRIMARY, LON, AMS, PREFIX, route, sessionsWith } from './estate-parts.ts'

const withdrawal: RouteChange = {
  type: 'route',
  op: 'withdraw',
  instance: INSTANCES[0],
  peer: LON,
  prefix: PREFIX,
  before: [route(LON)],
  after: [],
  between: LATELY,
}
const table = (...entries: RouteEntry[]): RouteTable => ({
  entries: { [PREFIX]: entries },
  covered: [],
  ownSpace: [],
  past: {},
  covering: {},
  asnsElsewhere: [],
})
const withdrawn = (prepare: Parameters<typeof scene>[2] = () => undefined): Scene =>
  scene(
    { kind: 'learned', scope: HUB },
    {
      signals: [{ type: 'routes', kind: 'learned', changes: [withdrawal], sizes: { [`${INSTANCES[0]}|${LON}`]: 5 } }],
      // worse than the withdrawn route, so that it was not a best path before
      routes: table({ ...route(AMS), asPath: [12076, 65001, 65001] }),
    },
    prepare,
  )
const diverging = (): Scene =>
  scene({ kind: 'learned', scope: HUB }, {}, (context) => {
    const scope = ensureResourceState(context, HUB)
    scope.sessions = sessionsWith(LON)
    scope.divergence = {
      tables: Object.fromEntries(
        INSTANCES.map((instance, n) => [`${instance}|${LON}`, { digest: `${n}`, prefixes: 6 - n, since: LONG_AGO }]),
      ),
      differing: { [LON]: { since: LONG_AGO, samples: 1, firstAt: NOW - 10 * MINUTE, lastAt: NOW - 10 * MINUTE } },
    }
  })

const unequal = (samples: number): Scene =>
  scene({ kind: 'tables', scope: 'ckt-lon', subresource: PRIMARY }, {}, (context) => {
    const scope = ensureResourceState(context, 'ckt-lon')
    scope.sessions = {
      primary: sessionFact('172.16.0.2', '172.16.0.1', { subresource: PRIMARY }),
      secondary: sessionFact('172.16.0.6', '172.16.0.5', { subresource: 'AzurePrivatePeering/secondary' }),
    }
    const differs = { how: 'only_a', since: LONG_AGO, samples, lastAt: NOW - MINUTE, prepends: null } as const
    scope.parity['AzurePrivatePeering'] = {
      shared: 10,
      unequal: 0,
      more: 0,
      differing: { [PREFIX]: { ...differs, source: `ckt-lon ${PRIMARY}` } },
      equal: null,
      alike: null,
    }
  })
const ofHub = { kind: 'learned', scope: 'ergw-vhub', subresource: 'vhub/conn-lon' } as const
/**
 * Returns a scene with an open event about a hub's connection to ckt-lon that brings no route.
 * @param readAt last poll of the circuit's sessions; null = never
 */
const emptied = (readAt: number | null): Scene =>
  scene(ofHub, {}, (context) => {
    const hubConnections = [{ gateway: ofHub.scope, name: 'conn-lon', circuit: 'ckt-lon' }]
    context.topology = { ...context.topology, hubConnections }
    const read = (at: number) => ({ at, readAt: at, everyMs: MINUTE })
    context.lastGoodPolls = {
      [`${ofHub.scope} ${ofHub.subresource} learned`]: read(NOW),
      ...(readAt !== null && { [`ckt-lon ${PRIMARY} summary`]: read(readAt) }),
    }
    remember(context, eventOf('hub_connection_emptied', ofHub.scope, 'conn-lon'))
  })
const microsoft = { kind: 'tables', scope: 'ckt-lon', subresource: 'MicrosoftPeering/primary' } as const

/** Test cases of the stages that evaluate routes and their tables, by stage. */
export const routeCases: Record<string, StageCases> = {
  'best paths': {
    changes: [
      {
        name: 'a shift waits for word of a loss',
        scene: () => withdrawn(),
        shows: ({ scopes }) => scopes[HUB]?.pending.map(({ before, after }) => [before, after]),
        is: [[[`${HUB} ${LON}`], [`${HUB} ${AMS}`]]],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, while a shift waits',
        scene: () =>
          withdrawn((context) => {
            const source = { startedAt: NOW, finishedAt: NOW, previousOkAt: null }
            const shift = { prefixes: [PREFIX], before: [LON], after: [AMS], drain: false }
            ensureResourceState(context, HUB).pending = [{ source, between: LATELY, ...shift }]
          }),
        scope: HUB,
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
  'advertised headroom': {
    changes: [
      {
        name: 'a gateway that announces nearly as many prefixes as it may',
        scene: () =>
          scene(
            { kind: 'advertised', scope: HUB },
            {
              signals: [
                { type: 'advertised', neighbor: LON, counts: { 4: defaultSettings['limit.advertised'] - 1, 6: 0 } },
              ],
            },
          ),
        shows: kindsIn(HUB),
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
          scene({ kind: 'learned', scope: HUB }, {}, (context) => {
            ensureResourceState(context, HUB).churn = {
              usual: createUsualChurnRate(NOW - 60 * MINUTE),
              busy: { since: LATELY, perMinute: 50, polls: 1 },
              calm: null,
              countedAt: NOW - MINUTE,
            }
          }),
        scope: HUB,
        at: 'routes',
      },
    ],
  },
  'instance divergence': {
    changes: [
      {
        name: 'two instances that learn otherwise in a second sample',
        scene: diverging,
        shows: kindsIn(HUB),
        is: ['instance_divergence'],
      },
    ],
    rechecks: [
      { name: 'with the next poll, until it is proven', scene: diverging, scope: HUB, at: RECHECK_AT_NEXT_POLL },
    ],
  },
  'path parity': {
    changes: [
      {
        name: 'a prefix that only one path has in a last sample that it takes',
        scene: () => unequal(defaultSettings['parity.confirm'] - 1),
        shows: kindsIn('ckt-lon'),
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
          scene(
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
        shows: kindsIn('ckt-lon'),
        is: ['microsoft_prefixes_changed'],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, after an empty table',
        scene: () =>
          scene(microsoft, {}, (context) => {
            const proof = { startedAt: NOW, finishedAt: NOW, previousOkAt: null }
            ensureResourceState(context, 'ckt-lon').emptied[microsoft.subresource] = {
              proof,
              started: LATELY,
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
          scene(ofHub, {}, (context) => {
            const proof = {
              startedAt: NOW - 10 * MINUTE,
              finishedAt: NOW - 10 * MINUTE,
              previousOkAt: NOW - 20 * MINUTE,
            }
            ensureResourceState(context, ofHub.scope).emptied[ofHub.subresource] = {
              proof,
              started: LATELY,
              prefixes: [PREFIX],
            }
          }),
        shows: kindsIn(ofHub.scope),
        is: ['hub_connection_emptied'],
      },
    ],
    rechecks: [
      {
        name: 'while the sessions of the circuit behind an empty connection are not read',
        scene: () => emptied(LATELY.earliest - MINUTE),
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
