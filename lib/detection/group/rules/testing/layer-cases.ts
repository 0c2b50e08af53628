import type { Bounds } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, ensureResourceState, formatSourceKey } from '../../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../../model/recheck.ts'
import { HUB, INSTANCES } from '../../../testing/estates.ts'
import { routerEnd } from '../../../testing/router-ends.ts'
import {
  eventIn,
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
import { AMS, LON, PRIMARY, sessionsWith } from './estate-parts.ts'

const unconfirmed = (): Scene =>
  scene({ kind: 'peers', scope: HUB }, {}, (context) => {
    const source = formatSourceKey(context.mark)
    remember(context, eventOf('session_down', HUB, `${INSTANCES[0]}~${LON}`, { flags: ['unconfirmed'] }), {
      confirm: { source, lastAt: NOW - MINUTE, left: 1 },
    })
  })

/** Returns a scene in which Azure reports a session as up that its router lost some seconds ago. */
const routerLost = (seconds: number): Scene =>
  scene({ kind: 'summary', scope: 'ckt-lon', subresource: PRIMARY }, {}, (context) => {
    ensureResourceState(context, 'ckt-lon').sessions = {
      own: sessionFact('172.16.0.2', '172.16.0.1', { subresource: PRIMARY, asn: 65_001 }),
    }
    const fell = { earliest: NOW - seconds * 1_000, latest: NOW - seconds * 1_000 }
    context.routerEnds = [routerEnd([{ state: 'down', reason: null, from: fell, to: null }])]
  })

export const BRANCH = ['to-branch/isp-a', 'to-branch/isp-b']
/** Returns the VPN gateway of a hub with two connections, with these links down. */
export const hubVpn = (
  down: readonly string[],
  links: readonly string[] = [...BRANCH, 'to-depot'],
  open: Open[] = [],
): Scene => {
  const own = scene({ kind: 'connection', scope: 'vpngw-vhub' }, {}, (context) => {
    ensureResourceState(context, 'vpngw-vhub').tunnels = Object.fromEntries(
      [...BRANCH, 'to-depot'].map((name) => [name, { state: down.includes(name) ? 'down' : 'up', since: LATELY }]),
    )
    for (const [kind, subject] of open) remember(context, eventOf(kind, 'vpngw-vhub', subject, { started: LONG_AGO }))
  })
  own.context.topology = { ...own.context.topology, hubVpnGateways: [{ scope: 'vpngw-vhub', links: [...links] }] }
  return own
}
type Open = ['connection_down' | 'tunnel_down', string]
export const subjectsIn = (scope: string) => (context: DetectionContext) =>
  Object.values(context.scopes[scope]?.live ?? {})
    .filter(({ event }) => event.ended === null)
    .map(({ event }) => `${event.kind} ${event.subject}`)
    .toSorted()

/**
 * Returns a scene in which one instance of a gateway has been silent since the last poll, while the other given
 * instances have its neighbor, during a change of the gateway or without one.
 */
export function exchange({
  change = true,
  over = false,
  others = [INSTANCES[1]],
  polls = 1,
  by = HUB,
}: Partial<Exchange> = {}): Scene {
  const own = scene({ kind: 'peers', scope: HUB }, {}, (context) => {
    const state = ensureResourceState(context, HUB)
    for (const instance of [INSTANCES[0], ...others]) state.sessions[instance] = sessionFact(instance, LON)
    state.sessions['another'] = sessionFact(INSTANCES[1], AMS)
    state.silent[INSTANCES[0]] = LATELY
    const ended = over ? LATELY : null
    if (change) remember(context, eventOf('gateway_changing', HUB, HUB, { severity: 'info', started: LATELY, ended }))
  })
  const { mark } = own.context
  own.context.mark = {
    ...mark,
    scope: by,
    startedAt: mark.startedAt + polls * MINUTE,
    finishedAt: mark.finishedAt + polls * MINUTE,
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
function refused(down: Bounds[]): Scene {
  return scene({ kind: 'metrics', scope: 'ckt-lon' }, {}, (context) => {
    const own = ensureResourceState(context, 'ckt-lon')
    own.failing[`${PRIMARY} summary`] = { lastGoodAt: null, everyMs: MINUTE, refused: true }
    own.intent['AzurePrivatePeering'] = {
      circuit: 'Enabled',
      provider: 'Provisioned',
      peering: 'Enabled',
      since: LONG_AGO,
    }
    const well = { earliest: LATELY.earliest - MINUTE, latest: LATELY.earliest }
    own.availability[PRIMARY] = { reported: { earliest: well.earliest, latest: NOW }, low: down, down, last: 0, well }
  })
}

/** Test cases of the stages that evaluate sessions, paths and gateways, by stage. */
export const layerCases: Record<string, StageCases> = {
  'router ends': {
    changes: [
      {
        name: 'what a router saw fall and polls did not for longer than both ends may differ is one of two ends that differ',
        scene: () => routerLost(300),
        shows: kindsIn('ckt-lon'),
        is: ['session_ends_differ'],
      },
    ],
    rechecks: [
      {
        name: 'when both ends will have differed for longer than they may',
        scene: () => routerLost(60),
        scope: 'ckt-lon',
        at: NOW - MINUTE + 240_001,
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
          const flaps = [LON, AMS].map((neighbor) =>
            eventOf('session_flap', HUB, `${INSTANCES[0]}~${neighbor}`, { started: LATELY, ended: LATELY }),
          )
          return scene({ kind: 'peers', scope: HUB }, { events: flaps }, (context) => {
            ensureResourceState(context, HUB).sessions = { ...sessionsWith(LON, {}), ...sessionsWith(AMS, {}) }
          })
        },
        shows: kindsIn(HUB),
        is: ['gateway_instance_restarted'],
      },
    ],
  },
  layers: {
    rechecks: [
      {
        name: 'an instance that left in a change is judged with the polls after it',
        scene: () => exchange({ over: true }),
        scope: HUB,
        at: RECHECK_AT_NEXT_POLL,
      },
      { name: 'and not while it is changed', scene: () => exchange(), scope: HUB, at: null },
      {
        name: 'with every poll of a circuit that metrics alone show',
        scene: () => refused([LATELY]),
        scope: 'ckt-lon',
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
    changes: [
      {
        name: 'an instance that is silent is lost, where nobody changes its gateway',
        scene: () => exchange({ change: false }),
        shows: subjectsIn(HUB),
        is: [`gateway_instance_lost ${INSTANCES[0]}`],
      },
      {
        name: 'one that left in a change which is over is, if nothing replaces it',
        scene: () => exchange({ over: true, polls: 3 }),
        shows: subjectsIn(HUB),
        is: [`gateway_instance_lost ${INSTANCES[0]}`],
      },
      {
        name: 'one that left in a change is, if nobody else has its neighbors',
        scene: () => exchange({ others: [] }),
        shows: subjectsIn(HUB),
        is: [`gateway_changing ${HUB}`, `gateway_instance_lost ${INSTANCES[0]}`],
      },
      {
        name: 'a path whose session Azure refuses is down by metrics',
        scene: () => refused([LATELY]),
        shows: (context) => eventIn('ckt-lon', context)?.flags,
        is: ['by_metric', 'unconfirmed', 'L3'],
      },
      {
        name: 'what went with a removal ends with it',
        scene: () =>
          scene({ kind: 'peers', scope: HUB }, {}, (context) => {
            ensureResourceState(context, HUB).released[LON] = { between: LATELY, by: 'removal' }
            remember(context, eventOf('peer_lost', HUB, LON))
          }),
        shows: (context) => [eventIn(HUB, context)?.ended, eventIn(HUB, context)?.partOf],
        is: [LATELY, 'removal'],
      },
      {
        name: 'of a gateway that waits for another one in a migration nothing is lost',
        scene: () => {
          const own = scene({ kind: 'peers', scope: HUB }, {}, (context) => {
            remember(context, eventOf('gateway_isolated', HUB, HUB, { started: LONG_AGO }))
            remember(context, eventOf('peer_lost', HUB, LON, { started: LONG_AGO }))
          })
          const { topology } = own.context
          const gateways = topology.gateways.map((one) => ({ ...one, isStandby: true as const }))
          own.context.topology = { ...topology, gateways }
          return own
        },
        shows: subjectsIn(HUB),
        is: [],
      },
      {
        name: 'both links of a hub’s connection are down, and no other connection is',
        scene: () => hubVpn(BRANCH),
        shows: subjectsIn('vpngw-vhub'),
        is: ['connection_down to-branch', ...BRANCH.map((link) => `tunnel_down ${link}`)],
      },
      {
        name: 'one of two links of a hub’s connection is down',
        scene: () => hubVpn(BRANCH.slice(0, 1)),
        shows: subjectsIn('vpngw-vhub'),
        is: ['tunnel_down to-branch/isp-a'],
      },
      {
        name: 'a connection of a hub without links is down itself',
        scene: () => hubVpn(['to-depot']),
        shows: subjectsIn('vpngw-vhub'),
        is: ['connection_down to-depot'],
      },
      {
        name: 'what of a hub is configured no longer is not down any more',
        scene: () =>
          hubVpn(
            BRANCH,
            ['to-depot'],
            [
              ['connection_down', 'to-branch'],
              ['tunnel_down', 'to-branch/isp-a'],
            ],
          ),
        shows: subjectsIn('vpngw-vhub'),
        is: [],
      },
      {
        name: 'a gateway without any session is isolated, and its neighbor lost',
        scene: () =>
          scene({ kind: 'peers', scope: HUB }, {}, (context) => {
            ensureResourceState(context, HUB).sessions = sessionsWith(LON, { level: 'down', since: LATELY })
          }),
        shows: kindsIn(HUB),
        is: ['gateway_isolated', 'peer_lost'],
      },
      {
        name: 'a path whose session and ARP entry went is down, and the circuit without redundancy',
        scene: () =>
          scene({ kind: 'summary', scope: 'ckt-lon', subresource: PRIMARY }, {}, (context) => {
            const scope = ensureResourceState(context, 'ckt-lon')
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
            ensureResourceState(context, HUB).sessions = sessionsWith(LON, { level: 'down', since: LATELY })
            const confirm = { source: formatSourceKey(context.mark), lastAt: NOW - MINUTE, left: 2 }
            remember(context, eventOf('gateway_isolated', HUB, HUB), { confirm })
          }),
        shows: ({ scopes }) =>
          Object.values(scopes[HUB]?.live ?? {}).find(({ event }) => event.kind === 'gateway_isolated')?.confirm?.left,
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
          Object.values(scopes[HUB]?.live ?? {}).map(({ event, confirm }) => [event.flags, confirm]),
        is: [[[], null]],
      },
    ],
    rechecks: [{ name: 'with the next poll, until it is', scene: unconfirmed, scope: HUB, at: RECHECK_AT_NEXT_POLL }],
  },
}
