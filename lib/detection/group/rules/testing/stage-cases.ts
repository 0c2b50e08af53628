import type { Bounds, RouteChange } from '#lib/contract/index.ts'
import { scopeOf, sourceOf } from '../../../model/context.ts'
import { NEXT_POLL } from '../../../model/recheck.ts'
import type { RouteEntry, RouteTable } from '../../../model/route.ts'
import { defaultSettings } from '../../../model/settings.ts'
import type { PeeringNode } from '../../../model/topology.ts'
import { HUB, INSTANCES } from '../../../testing/estates.ts'
import {
  eventIn,
  eventOf,
  kindsIn,
  LATELY,
  LONG_AGO,
  MINUTE,
  NOW,
  remember,
  type Scene,
  scene,
  sessionFact,
  type StageCases,
} from '../../../testing/scene.ts'
import { armIdOf } from '../../../testing/world.ts'
import { beginUsualRate } from '../../../churn/usual-rate.ts'

const PRIMARY = 'AzurePrivatePeering/primary'
const [LON, AMS] = ['10.0.4.4', '10.0.4.6']
const PREFIX = '10.10.0.0/16'

const route = (peer: string, prefix = PREFIX): RouteEntry => ({
  gateway: HUB,
  instance: INSTANCES[0],
  peer,
  prefix,
  nextHop: peer,
  asPath: [12076, 65001],
  origin: 'EBgp',
  weight: 32769,
  localPref: null,
})
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
      // worse than what was withdrawn: no path that carried it before
      routes: table({ ...route(AMS), asPath: [12076, 65001, 65001] }),
    },
    prepare,
  )
const changed = (name: string, op: 'changed' | 'removed') => ({
  signals: [
    {
      type: 'config' as const,
      changes: [
        {
          type: 'config' as const,
          op,
          resourceId: armIdOf('expressRouteCircuits', name),
          resourceType: 'microsoft.network/expressroutecircuits',
          fields: [],
          between: LATELY,
        },
      ],
    },
  ],
})
const inventory = { kind: 'inventory', scope: 'subscription' } as const

/** Sessions of both instances with one neighbor. */
const sessionsWith = (neighbor: string, more: Parameters<typeof sessionFact>[2] = {}) =>
  Object.fromEntries(INSTANCES.map((instance) => [`${instance} ${neighbor}`, sessionFact(instance, neighbor, more)]))

const diverging = (): Scene =>
  scene({ kind: 'learned', scope: HUB }, {}, (context) => {
    const scope = scopeOf(context, HUB)
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
    const scope = scopeOf(context, 'ckt-lon')
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
const microsoft = { kind: 'tables', scope: 'ckt-lon', subresource: 'MicrosoftPeering/primary' } as const

const leftHome = (upAgainFor: number): Scene =>
  scene({ kind: 'peers', scope: HUB }, {}, (context) => {
    const since: Bounds = { earliest: NOW - upAgainFor, latest: NOW - upAgainFor }
    const started = { earliest: NOW - 120 * MINUTE, latest: NOW - 120 * MINUTE }
    const failover = eventOf('failover', 'ckt-lon', 'DC-A', { started })
    remember(context, failover, { peersBefore: [LON], peersAfter: [AMS] })
    scopeOf(context, HUB).sessions = sessionsWith(LON, { since })
    scopeOf(context, 'ckt-lon').sessions = {
      primary: sessionFact('172.16.0.2', '172.16.0.1', { subresource: PRIMARY, since }),
    }
  })

const unconfirmed = (): Scene =>
  scene({ kind: 'peers', scope: HUB }, {}, (context) => {
    const source = sourceOf(context.mark)
    remember(context, eventOf('session_down', HUB, `${INSTANCES[0]}~${LON}`, { flags: ['unconfirmed'] }), {
      confirm: { source, lastAt: NOW - MINUTE, left: 1 },
    })
  })

/** The topology of T2 with a peering of ckt-lon that differs. */
function withPeering({ context }: Scene, more: Partial<PeeringNode>): void {
  context.topology = {
    ...context.topology,
    circuits: context.topology.circuits.map((circuit) =>
      circuit.scope === 'ckt-lon'
        ? { ...circuit, peerings: circuit.peerings.map((peering) => ({ ...peering, ...more })) }
        : circuit,
    ),
  }
}
const disabled = (): Scene => {
  const own = scene(inventory, changed('ckt-lon', 'changed'), (context) => {
    const enabled = { circuit: 'Enabled', provider: 'Provisioned', peering: 'Enabled', since: LONG_AGO }
    scopeOf(context, 'ckt-lon').intent['AzurePrivatePeering'] = enabled
  })
  withPeering(own, { intent: { circuit: 'Enabled', provider: 'Provisioned', peering: 'Disabled' } })
  return own
}
const notValidated = (): Scene => {
  const own = scene(inventory, changed('ckt-lon', 'changed'))
  withPeering(own, { publicPrefixes: { state: 'ValidationNeeded', prefixes: ['198.51.100.0/24'] } })
  return own
}

/** By stage: what judges facts. */
export const ruleCases: Record<string, StageCases> = {
  configuration: {
    changes: [
      {
        name: 'a peering that somebody disabled',
        scene: disabled,
        shows: kindsIn('ckt-lon'),
        is: ['peering_disabled'],
      },
    ],
  },
  'removed resources': {
    changes: [
      {
        name: 'errors of the polls of a circuit end with it',
        scene: () =>
          scene(inventory, changed('ckt-lon', 'removed'), (context) => {
            remember(context, eventOf('collector_error', 'ckt-lon', 'summary', { started: LONG_AGO }))
          }),
        shows: (context) => eventIn('ckt-lon', context)?.ended,
        is: LATELY,
      },
    ],
  },
  layers: {
    changes: [
      {
        name: 'a gateway without any session is isolated, and its neighbor lost',
        scene: () =>
          scene({ kind: 'peers', scope: HUB }, {}, (context) => {
            scopeOf(context, HUB).sessions = sessionsWith(LON, { level: 'down', since: LATELY })
          }),
        shows: kindsIn(HUB),
        is: ['gateway_isolated', 'peer_lost'],
      },
      {
        name: 'a path whose session and ARP entry went is down, and the circuit without redundancy',
        scene: () =>
          scene({ kind: 'summary', scope: 'ckt-lon', subresource: PRIMARY }, {}, (context) => {
            const scope = scopeOf(context, 'ckt-lon')
            const secondary = { subresource: 'AzurePrivatePeering/secondary' }
            scope.sessions = {
              primary: sessionFact('172.16.0.2', '172.16.0.1', { subresource: PRIMARY, level: 'down', since: LATELY }),
              secondary: sessionFact('172.16.0.6', '172.16.0.5', secondary),
            }
            scope.intent['AzurePrivatePeering'] = {
              circuit: 'Enabled',
              provider: 'Provisioned',
              peering: 'Enabled',
              since: LONG_AGO,
            }
          }),
        shows: kindsIn('ckt-lon'),
        is: ['path_down', 'redundancy_lost'],
      },
      {
        name: 'what still holds is one sample nearer to proof',
        scene: () =>
          scene({ kind: 'peers', scope: HUB }, {}, (context) => {
            scopeOf(context, HUB).sessions = sessionsWith(LON, { level: 'down', since: LATELY })
            const confirm = { source: sourceOf(context.mark), lastAt: NOW - MINUTE, left: 2 }
            remember(context, eventOf('gateway_isolated', HUB, HUB), { confirm })
          }),
        shows: ({ scopes }) =>
          Object.values(scopes[HUB]?.live ?? {}).find(({ event }) => event.kind === 'gateway_isolated')?.confirm?.left,
        is: 1,
      },
    ],
  },
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
            scopeOf(context, HUB).pending = [{ source, between: LATELY, ...shift }]
          }),
        scope: HUB,
        at: NEXT_POLL,
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
        name: 'with the next poll, while more than usual moves',
        scene: () =>
          scene({ kind: 'learned', scope: HUB }, {}, (context) => {
            scopeOf(context, HUB).churn = {
              usual: beginUsualRate(NOW - 60 * MINUTE),
              busy: { since: LATELY, perMinute: 50, polls: 1 },
              calm: null,
              countedAt: NOW - MINUTE,
            }
          }),
        scope: HUB,
        at: NEXT_POLL,
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
    rechecks: [{ name: 'with the next poll, until it is proven', scene: diverging, scope: HUB, at: NEXT_POLL }],
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
        at: NEXT_POLL,
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
              scopeOf(context, 'ckt-lon').fromMicrosoft[microsoft.subresource] = 100
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
            scopeOf(context, 'ckt-lon').emptied[microsoft.subresource] = { proof, started: LATELY, prefixes: [] }
          }),
        scope: 'ckt-lon',
        at: NEXT_POLL,
      },
    ],
  },
  'public prefixes': {
    changes: [
      {
        name: 'prefixes that Microsoft has not validated',
        scene: notValidated,
        shows: kindsIn('ckt-lon'),
        is: ['public_prefixes_not_validated'],
      },
    ],
  },
  'pending failback': {
    changes: [
      {
        name: 'a home path that is up again for long enough',
        scene: () => leftHome(defaultSettings['failback.pending']),
        shows: kindsIn('ckt-lon'),
        is: ['failback_pending', 'failover'],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, while the home path is up',
        scene: () => leftHome(MINUTE),
        scope: 'ckt-lon',
        at: NEXT_POLL,
      },
    ],
  },
  'sites that do not return': {
    changes: [
      {
        name: 'what was reported of a learned site that is none any more is given up',
        scene: () => {
          const own = scene({ kind: 'learned', scope: HUB }, {}, (context) => {
            remember(context, eventOf('site_state_changed', 'ckt-lon', 'learned: London', { flags: ['learned'] }))
          })
          own.context.topology = { ...own.context.topology, learned: [] }
          return own
        },
        shows: (context) => eventIn('ckt-lon', context)?.flags,
        is: ['learned', 'given_up'],
      },
    ],
  },
  'site learning': {
    changes: [
      {
        name: 'a check of all routes shows where a prefix is reached',
        scene: () => scene({ kind: 'learned', scope: HUB }, { snapshot: [route(LON)] }),
        shows: ({ scopes }) => scopes[HUB]?.learning?.moving.map(({ prefixes, circuits }) => [prefixes, circuits]),
        is: [[[PREFIX], ['ckt-lon']]],
      },
    ],
  },
  confirmation: {
    changes: [
      {
        name: 'a fall that no further good poll has taken back',
        scene: unconfirmed,
        shows: ({ scopes }) =>
          Object.values(scopes[HUB]?.live ?? {}).map(({ event, confirm }) => [event.flags, confirm]),
        is: [[[], null]],
      },
    ],
    rechecks: [{ name: 'with the next poll, until it is', scene: unconfirmed, scope: HUB, at: NEXT_POLL }],
  },
}
