/**
 * Determines which groups must be evaluated after a poll. A group is a set of connected resources that detection
 * evaluates together. Groups that existed before the poll's changes are included.
 */
import {
  armTypes,
  type EpochMs,
  isCompletedChange,
  getTopLevelResourceId,
  type PollRecord,
} from '#lib/contract/index.ts'
import {
  type NeighborWithoutConnection,
  type NeighborPathMapping,
  type ResourcesByProbedAddress,
  parseResourceState,
  type PollSignal,
} from '#lib/detection/index.ts'
import type { DetectionStore } from './detection-store.ts'
import { createSingleResourceGroup, type TopologyCache } from './topology-cache.ts'
import type { TopologyGroup } from './types.ts'

/**
 * Returns the groups that must be evaluated after a poll.
 * - After a poll of a subscription: every group that contains a resource about which the poll reports something.
 * - After a probe: the groups of the resources that it tested.
 * - After any other poll: the group of the polled resource.
 */
export async function findAffectedGroups(
  store: DetectionStore,
  mark: PollRecord,
  book: TopologyCache,
  signals: readonly PollSignal[],
  probed: ResourcesByProbedAddress,
): Promise<TopologyGroup[]> {
  const now: EpochMs = mark.finishedAt
  if (mark.kind === 'probe') return book.groupsWith(store, new Set(Object.values(probed).flat()), now)
  if (mark.kind !== 'inventory' && mark.kind !== 'activity') return [await book.groupOf(store, mark.scope, now)]
  const named = new Set(signals.flatMap((signal) => scopesNamed(signal, store)))
  for (const subscription of signals.flatMap(reportedSubscriptions)) {
    for (const scope of await book.scopesIn(store, subscription, now)) named.add(scope)
  }
  for (const resourceId of signals.flatMap(resourcesChanged)) {
    for (const scope of await book.scopesBeside(store, resourceId, now)) named.add(scope)
  }
  if (named.size === 0) return []
  if (mark.kind === 'inventory') return groupsAfter(store, book, named, signals, now)
  const current = await book.groupsWith(store, named, now)
  const listed = new Set(current.flatMap(({ scopes }) => scopes))
  return withRemembered(store, book, current, await rememberedOf(store, named, listed), now)
}

/**
 * Returns the groups that must be evaluated after a new inventory. The inventory may have changed which resources
 * belong together.
 */
async function groupsAfter(
  store: DetectionStore,
  book: TopologyCache,
  named: ReadonlySet<string>,
  signals: readonly PollSignal[],
  now: EpochMs,
): Promise<TopologyGroup[]> {
  const gone = signals.flatMap((signal) => scopesOfChanges(signal, store, 'removed'))
  const circuits = signals.flatMap((signal) => scopesOfChanges(signal, store, 'changed', CIRCUITS))
  const mayLose = gone.length > 0 || circuits.length > 0
  const before = mayLose ? await book.formerGroups(store, now) : []
  // a circuit that still exists may have lost a peering
  const earlier =
    gone.length > 0 ? before : before.filter(({ scopes }) => scopes.some((scope) => circuits.includes(scope)))
  book.forget()
  const all = earlier.length > 0 ? await book.groups(store, now) : []
  const lost = lostBetween(earlier, all)
  const current = await book.groupsWith(store, named, now)
  const listed = new Set(current.flatMap(({ scopes }) => scopes))
  const removed = gone.filter((scope) => !listed.has(scope))
  // a removed resource is evaluated with the group to which it belonged, or in a group of its own if that group is
  // unknown
  const gateways = new Set(lost.map(({ gateway }) => gateway))
  const former = earlier.filter(
    ({ scopes, topology }) =>
      scopes.some((scope) => removed.includes(scope)) || topology.gateways.some(({ scope }) => gateways.has(scope)),
  )
  // If the inventory also changed a resource that is still listed, for example the circuit that lost its connection,
  // the current groups of the gateways that lost neighbors replace the former group.
  const isChanged = former.some(({ scopes }) => scopes.some((scope) => listed.has(scope)))
  const heirs = isChanged ? await book.groupsWith(store, gateways, now) : []
  const inherited = new Set(heirs.flatMap(({ scopes }) => scopes))
  const others = current.filter(({ scopes }) => !scopes.some((scope) => inherited.has(scope)))
  const elsewhere = new Set([...removed, ...all.filter(hasGateway).flatMap(({ scopes }) => scopes)])
  const groups = withLost(withFormer([...heirs, ...others], former, removed), { lost, removed, elsewhere })
  const known = new Set(groups.flatMap(({ scopes }) => scopes))
  // a hub's gateway that lost its last connection belongs to no group any more
  const emptied = signals
    .flatMap((signal) => scopesOfChanges(signal, store, 'changed', HUB_GATEWAYS))
    .filter((scope) => !known.has(scope))
  const added = new Set(signals.flatMap((signal) => scopesOfChanges(signal, store, 'added')))
  // A connection that was removed and exists again may belong to no group. It is evaluated anyway, so that the finding
  // about its removal ends.
  const returned = await rememberedOf(store, added, known)
  return withRemembered(store, book, [...groups, ...emptied.map(createSingleResourceGroup)], returned, now)
}

/** Reports whether a group contains a gateway, or connections of a gateway in a hub. */
const hasGateway = ({ topology }: TopologyGroup): boolean =>
  topology.gateways.length > 0 || topology.hubConnections !== undefined

/** Returns the lost BGP neighbors: the groups had them before, but no connection leads to them any more. */
function lostBetween(
  earlier: readonly TopologyGroup[],
  current: readonly TopologyGroup[],
): NeighborWithoutConnection[] {
  const gateways = current.flatMap(({ topology }) => topology.gateways)
  const isConnected = ({ gateway, circuit }: Pick<NeighborPathMapping, 'gateway' | 'circuit'>) =>
    gateways.some(({ scope, circuits }) => scope === gateway && circuits.includes(circuit)) && isPeered.has(circuit)
  const isPeered = new Set(
    current.flatMap(({ topology }) =>
      topology.circuits.filter(({ peerings }) => peerings.length > 0).map(({ scope }) => scope),
    ),
  )
  const names = new Map(earlier.flatMap(({ topology }) => topology.circuits.map(({ scope, name }) => [scope, name])))
  const mapped = earlier
    .flatMap(({ topology }) => topology.mappings)
    .filter((mapping) => !isConnected(mapping))
    .map(({ gateway, neighbor, circuit }) => ({
      gateway,
      neighbor,
      circuit,
      circuitName: names.get(circuit) ?? circuit,
    }))
  const unmapped = earlier
    .flatMap(({ topology }) => topology.gateways)
    .flatMap(({ scope: gateway, circuits }) => circuits.map((circuit) => ({ gateway, circuit })))
    .filter(
      (one) => !isConnected(one) && !mapped.some((own) => own.gateway === one.gateway && own.circuit === one.circuit),
    )
    .filter(({ gateway }) => gateways.some(({ scope }) => scope === gateway))
    .map((one) => ({ ...one, neighbor: null, circuitName: names.get(one.circuit) ?? one.circuit }))
  return [...mapped, ...unmapped, ...lostBehindVpn(earlier, current)]
}

/** Returns the BGP neighbors behind VPN connections that were removed. */
function lostBehindVpn(
  earlier: readonly TopologyGroup[],
  current: readonly TopologyGroup[],
): NeighborWithoutConnection[] {
  const connectionsOf = (groups: readonly TopologyGroup[]) =>
    groups.flatMap(({ topology }) =>
      (topology.connections ?? []).flatMap(({ scope, name, gateway, neighbor }) =>
        neighbor === undefined ? [] : [{ gateway, neighbor, circuit: scope, circuitName: name ?? scope }],
      ),
    )
  const left = connectionsOf(current)
  return connectionsOf(earlier).filter(
    ({ gateway, neighbor }) => !left.some((one) => one.gateway === gateway && one.neighbor === neighbor),
  )
}

/**
 * Adds lost neighbors, their circuits and removed resources to the groups. Removed resources belong to the group of the
 * gateway that lost neighbors. Without such a gateway, each removed resource becomes a group of its own.
 * @param elsewhere removed resources and resources whose current group contains a gateway. A circuit of such a group is
 *   not added to another group, because its incidents may contain open faults that only its own group knows.
 */
function withLost(
  groups: readonly TopologyGroup[],
  {
    lost,
    removed,
    elsewhere,
  }: { lost: readonly NeighborWithoutConnection[]; removed: readonly string[]; elsewhere: ReadonlySet<string> },
): TopologyGroup[] {
  const reported = new Set<string>()
  const own = groups.map((group): TopologyGroup => {
    const former = lost.filter(({ gateway }) => group.scopes.includes(gateway))
    if (former.length === 0) return group
    // a circuit that lost its last connection left the group, but the removal also explains the events of this circuit
    const left = former.map(({ circuit }) => circuit).filter((circuit) => !elsewhere.has(circuit))
    const added = [...left, ...removed.filter((scope) => !reported.has(scope))]
    const scopes = [...new Set([...group.scopes, ...added])].toSorted()
    for (const scope of removed) reported.add(scope)
    return { ...group, topology: { ...group.topology, former }, scopes }
  })
  const known = new Set(own.flatMap(({ scopes }) => scopes))
  return [...own, ...removed.filter((scope) => !known.has(scope)).map(createSingleResourceGroup)]
}

/**
 * Returns recently removed resources that must be evaluated again: they belong to no group but still have stored state.
 * The reason is that the activity log reports who removed them, or that the inventory lists them again. Each is
 * returned with the gateways that lost neighbors because of the removal, and the circuits of these neighbors.
 */
async function rememberedOf(
  store: DetectionStore,
  named: ReadonlySet<string>,
  listed: ReadonlySet<string>,
): Promise<Remembered[]> {
  const gone = [...named].filter((scope) => !listed.has(scope))
  const stored = gone.length > 0 ? await store.loadScopes(gone) : new Map<string, unknown>()
  return gone.flatMap((scope) => {
    const state = stored.get(scope)
    return state ? [{ scope, heirs: parseResourceState(state).heirs ?? [] }] : []
  })
}

interface Remembered {
  scope: string
  /** Gateways that lost neighbors because of the removal, and the circuits of these neighbors. */
  heirs: readonly string[]
}

/**
 * Adds recently removed resources to the groups. Each belongs to the group of the gateway that lost neighbors because
 * of it, or is a group of its own.
 */
async function withRemembered(
  store: DetectionStore,
  book: TopologyCache,
  current: readonly TopologyGroup[],
  remembered: readonly Remembered[],
  now: EpochMs,
): Promise<TopologyGroup[]> {
  const groups = [...current]
  for (const { scope, heirs } of remembered) {
    const own: TopologyGroup[] = []
    // sequential, because all reads use the connection of the poll's transaction
    for (const heir of heirs) own.push(await book.groupOf(store, heir, now))
    const isOfHeir = ({ topology }: TopologyGroup) => topology.gateways.some((gateway) => heirs.includes(gateway.scope))
    const first = own.find(isOfHeir) ?? own.find(hasGateway)
    if (!first) {
      groups.push(createSingleResourceGroup(scope))
      continue
    }
    // a circuit that has no gateway any more is a group of its own. Include it, because the removal also explains the
    // events of this circuit
    const alone = own.flatMap((group) => (hasGateway(group) ? [] : group.scopes))
    const parts = groups.filter(({ scopes }) => scopes.some((one) => first.scopes.includes(one) || alone.includes(one)))
    for (const part of parts) groups.splice(groups.indexOf(part), 1)
    const scopes = [...first.scopes, ...parts.flatMap((part) => part.scopes), ...alone, scope]
    groups.push({ ...first, scopes: [...new Set(scopes)].toSorted() })
  }
  return groups
}

/**
 * Merges the former groups of removed resources into the current groups. If a resource belongs to a former and to a
 * current group, it stays only in the current one.
 */
function withFormer(
  current: readonly TopologyGroup[],
  former: readonly TopologyGroup[],
  removed: readonly string[],
): TopologyGroup[] {
  const left = [...current]
  for (const group of former) {
    const gone = group.scopes.filter((scope) => removed.includes(scope))
    const index = left.findIndex(({ scopes }) => scopes.some((scope) => group.scopes.includes(scope)))
    const heir = left[index]
    if (heir) left[index] = { ...heir, scopes: [...new Set([...heir.scopes, ...gone])].toSorted() }
    else left.push(group)
  }
  return left
}

/**
 * Returns the short ids of the resources that an inventory reports as added, removed or changed.
 * @param types only resources of these ARM types; undefined = all
 */
function scopesOfChanges(
  signal: PollSignal,
  { shortIdOf }: DetectionStore,
  how: 'added' | 'removed' | 'changed',
  types?: ReadonlySet<string>,
): string[] {
  if (signal.type !== 'config') return []
  return signal.changes
    .filter(({ op, resourceType }) => op === how && (types?.has(resourceType.toLowerCase()) ?? true))
    .map(({ resourceId }) => shortIdOf(resourceId))
}

const CIRCUITS: ReadonlySet<string> = new Set([armTypes.circuit])
const HUB_GATEWAYS: ReadonlySet<string> = new Set([armTypes.expressRouteGateway, armTypes.vpnGateway])

/**
 * Returns the subscriptions about which Service Health reports something. Such a notice names the subscription, and may
 * concern any resource in it.
 */
function reportedSubscriptions(signal: PollSignal): string[] {
  if (signal.type !== 'activity') return []
  return signal.rows.filter(({ health }) => health !== undefined).map(({ resourceId }) => resourceId)
}

/**
 * Returns the resources whose completed change is in the activity log. The change may be the cause of a problem in the
 * same resource group.
 */
function resourcesChanged(signal: PollSignal): string[] {
  return signal.type === 'activity' ? signal.rows.filter(isCompletedChange).map(({ resourceId }) => resourceId) : []
}

function scopesNamed(signal: PollSignal, { shortIdOf }: DetectionStore): string[] {
  if (signal.type === 'config') return signal.changes.map(({ resourceId }) => shortIdOf(resourceId))
  if (signal.type !== 'activity') return []
  return signal.rows.map(({ resourceId }) => shortIdOf(getTopLevelResourceId(resourceId)))
}
