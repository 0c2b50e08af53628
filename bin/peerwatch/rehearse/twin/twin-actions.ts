/**
 * Converts the changes of a plan, or the loss of a resource, to actions on the routers of a twin (a copy of the
 * network).
 */
import type { BgpSpeakerPolicy, NeighborLocalPreference } from '#lab/simulator/daemons/bird-config.ts'
import type { RehearsedAct } from '#lib/plan/api/index.ts'
import { buildRouterPolicy, type NetworkTwin, type NetworkTwinRouter } from './twin-plan.ts'

/** The actions on the routers of a twin. */
export interface NetworkTwinActions {
  /** names of routers to stop */
  killed: string[]
  /** sessions to disable, each with the router on which it is disabled */
  disabled: { router: string; session: string }[]
  /** routers that announce other routes, or prefer other routes, with their new policy */
  changed: { router: string; policy: BgpSpeakerPolicy }[]
}

type ActOf<Kind extends RehearsedAct['kind']> = Extract<RehearsedAct, { kind: Kind }>
const actsOf = <Kind extends RehearsedAct['kind']>(acts: readonly RehearsedAct[], kind: Kind): ActOf<Kind>[] =>
  acts.filter((act): act is ActOf<Kind> => act.kind === kind)

/** Returns the actions on the twin's routers that represent the changes and losses of a rehearsal. */
export function planTwinActions(twin: NetworkTwin, acts: readonly RehearsedAct[]): NetworkTwinActions {
  const { routers, sessions } = twin
  const killed = [...routers.values()].filter((router) => isLost(router, acts)).map(({ name }) => name)
  const cut = actsOf(acts, 'lose_connection')
  const instances = new Set(actsOf(acts, 'lose_instance').map(({ instance }) => instance))
  const disabled = sessions.flatMap((session) => {
    const [a, b] = session.ends.map(({ router }) => routers.get(router))
    const instance = [a, b].find((one) => one?.kind === 'instance')
    const other = a === instance ? b : a
    if (!instance || !other) return []
    // A gateway instance without a recorded table has no router of its own in the twin. It occurs only as the neighbor
    // (`leadsTo`) from which the other instance received routes. If such an instance is lost, the session with these
    // routes is disabled.
    const isHandedOn = instances.has(`${instance.gateway}/${session.leadsTo}`)
    const isCut = cut.some(({ connection, gateway, circuit }) =>
      circuit === null
        ? session.connections.has(connection)
        : gateway === instance.gateway && other.kind === 'msee' && other.circuit === circuit,
    )
    return isCut || isHandedOn ? [{ router: instance.name, session: session.name }] : []
  })
  const changed = [...routers.values()].flatMap((router) => {
    if (killed.includes(router.name)) return []
    const own = ownAfter(router, acts)
    const preferences = preferencesAfter(router, twin, acts)
    if (own === router.own && preferences === null) return []
    const preferred = preferences ? new Map([[router.name, preferences]]) : twin.preferences
    return [{ router: router.name, policy: buildRouterPolicy({ ...router, own }, preferred) }]
  })
  return { killed, disabled, changed }
}

/**
 * Reports whether a loss stops this router. If a path of a circuit is lost, the Microsoft router (MSEE) of the path is
 * stopped, but not the customer's router.
 */
const isLost = ({ kind, gateway, circuit, of }: NetworkTwinRouter, acts: readonly RehearsedAct[]): boolean =>
  acts.some((act) => {
    switch (act.kind) {
      case 'lose_gateway':
        return kind === 'instance' && gateway === act.gateway
      case 'lose_instance':
        return kind === 'instance' && of === act.instance
      case 'lose_path':
        return kind === 'msee' && of === act.path
      case 'lose_circuit':
        return kind === 'msee' && circuit === act.circuit && of.startsWith(`${circuit}/private/`)
      case 'lose_neighbor':
        return kind === 'device' && of === act.address
      default:
        return false
    }
  })

function ownAfter(router: NetworkTwinRouter, acts: readonly RehearsedAct[]): NetworkTwinRouter['own'] {
  const { own, circuit, kind, gateway, asn, of, hubTable } = router
  if (hubTable !== undefined) return own
  if (kind === 'instance') {
    const added = actsOf(acts, 'announce').flatMap((one) => (one.gateway === gateway ? one.prefixes : []))
    return added.length === 0 ? own : new Map([...own, ...added.map((prefix) => [prefix, [asn]] as const)])
  }
  // Prepending and withdrawing apply only to prefixes that the customer announces over private peering. In the twin,
  // the customer's router originates these prefixes. If the path of a prefix is unknown, the MSEE originates it.
  if (circuit === null || !of.startsWith(`${circuit}/private/`) || own.size === 0) return own
  const ofCircuit = (one: { circuit: string }) => one.circuit === circuit
  const times = actsOf(acts, 'prepend')
    .filter(ofCircuit)
    .reduce((sum, { count }) => sum + count, 0)
  const gone = new Set(
    actsOf(acts, 'withdraw')
      .filter(ofCircuit)
      .flatMap(({ prefixes }) => prefixes),
  )
  if (times === 0 && ![...own.keys()].some((prefix) => gone.has(prefix))) return own
  const at = kind === 'msee' ? 1 : 0
  const longer = (path: readonly number[]) => [
    ...path.slice(0, at),
    ...Array<number>(times).fill(path[at] ?? asn),
    ...path.slice(at),
  ]
  return new Map([...own].flatMap(([prefix, path]) => (gone.has(prefix) ? [] : [[prefix, longer(path)] as const])))
}

/**
 * Returns the local preferences of a gateway instance after the weights of its connections have changed. Each local
 * preference changes by the same amount as the weight of its connection. Null = no local preference changes.
 */
function preferencesAfter(
  { kind, name }: NetworkTwinRouter,
  twin: NetworkTwin,
  acts: readonly RehearsedAct[],
): NeighborLocalPreference[] | null {
  const before = twin.preferences.get(name)
  const weights = actsOf(acts, 'weight')
  if (kind !== 'instance' || !before || weights.length === 0) return null
  const after = before.map((one) => {
    const session = twin.sessions.find((other) => other.name === one.neighbor)
    const change = weights.find(({ connection }) => session?.connections.has(connection))
    return change && session ? { ...one, localPref: one.localPref + change.weight - session.weight } : one
  })
  return after.some((one, n) => one !== before[n]) ? after : null
}
