/**
 * Groups (resources that are connected and therefore evaluated together) that a poll affects, including former groups
 * that its report changed.
 */
import { armTypes, type EpochMs, isCompletedChange, owningResource, type PollMark } from '#lib/contract/index.ts'
import { type FormerNeighbor, type Mapping, type Probed, readScope, type Signal } from '#lib/detection/index.ts'
import type { DetectionStore } from './store.ts'
import { singleScopeGroup, type TopologyCache } from './topology-cache.ts'
import type { TopologyGroup } from './types.ts'

/**
 * Returns the groups that a poll affects. A poll of a subscription affects every group about which it reports
 * something, a probe affects the groups of the scopes that it tested, and any other poll affects the group of its
 * source.
 */
export async function affectedGroups(
  store: DetectionStore,
  mark: PollMark,
  book: TopologyCache,
  signals: readonly Signal[],
  probed: Probed,
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

/** Returns the groups that an inventory affects, which can change the groups themselves. */
async function groupsAfter(
  store: DetectionStore,
  book: TopologyCache,
  named: ReadonlySet<string>,
  signals: readonly Signal[],
  now: EpochMs,
): Promise<TopologyGroup[]> {
  const gone = signals.flatMap((signal) => scopesOfChanges(signal, store, 'removed'))
  const circuits = signals.flatMap((signal) => scopesOfChanges(signal, store, 'changed', CIRCUITS))
  const mayLose = gone.length > 0 || circuits.length > 0
  const before = mayLose ? await book.formerGroups(store, now) : []
  // a circuit that still exists may have lost its peering
  const earlier =
    gone.length > 0 ? before : before.filter(({ scopes }) => scopes.some((scope) => circuits.includes(scope)))
  book.forget()
  const lost = earlier.length > 0 ? lostBetween(earlier, await book.groups(store, now)) : []
  const listed = new Set((await book.groupsWith(store, named, now)).flatMap(({ scopes }) => scopes))
  const removed = gone.filter((scope) => !listed.has(scope))
  // a removed resource is reported together with its former group, or separately if that group is no longer known
  const former = earlier.filter(
    ({ scopes, topology }) =>
      scopes.some((scope) => removed.includes(scope)) ||
      topology.gateways.some(({ scope }) => lost.some((one) => one.gateway === scope)),
  )
  const groups = withLost(withFormer(await book.groupsWith(store, named, now), former, removed), lost, removed)
  const known = new Set(groups.flatMap(({ scopes }) => scopes))
  // a hub's gateway belongs to a group because of its connections, and may have lost the last of them
  const emptied = signals
    .flatMap((signal) => scopesOfChanges(signal, store, 'changed', HUB_GATEWAYS))
    .filter((scope) => !known.has(scope))
  const added = new Set(signals.flatMap((signal) => scopesOfChanges(signal, store, 'added')))
  // a connection that is listed again belongs to no group, but the state of its removal must be ended
  const returned = await rememberedOf(store, added, known)
  return withRemembered(store, book, [...groups, ...emptied.map(singleScopeGroup)], returned, now)
}

/** Returns the former neighbors to which no connection leads any more. */
function lostBetween(earlier: readonly TopologyGroup[], current: readonly TopologyGroup[]): FormerNeighbor[] {
  const gateways = current.flatMap(({ topology }) => topology.gateways)
  const isConnected = ({ gateway, circuit }: Pick<Mapping, 'gateway' | 'circuit'>) =>
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

/** Returns the neighbors behind VPN connections that were removed. */
function lostBehindVpn(earlier: readonly TopologyGroup[], current: readonly TopologyGroup[]): FormerNeighbor[] {
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
 * Adds lost neighbors and removed scopes to the groups. A group whose gateway lost neighbors also gets the removed
 * scopes; a removed scope without such a gateway becomes a separate group.
 */
function withLost(
  groups: readonly TopologyGroup[],
  lost: readonly FormerNeighbor[],
  removed: readonly string[],
): TopologyGroup[] {
  const reported = new Set<string>()
  const own = groups.map((group): TopologyGroup => {
    const former = lost.filter(({ gateway }) => group.scopes.includes(gateway))
    if (former.length === 0) return group
    const scopes = [...new Set([...group.scopes, ...removed.filter((scope) => !reported.has(scope))])].toSorted()
    for (const scope of removed) reported.add(scope)
    return { ...group, topology: { ...group.topology, former }, scopes }
  })
  const known = new Set(own.flatMap(({ scopes }) => scopes))
  return [...own, ...removed.filter((scope) => !known.has(scope)).map(singleScopeGroup)]
}

/**
 * Returns those of the named scopes that belong to no group but have stored state, which means that they were removed
 * recently, with the gateways and circuits that the removal affected. They are still evaluated, because the log may
 * report who removed them, or a list may report that they are back.
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
    return state ? [{ scope, heirs: readScope(state).heirs ?? [] }] : []
  })
}

interface Remembered {
  scope: string
  /** gateways that lost neighbors because of the removal, and the circuits of these neighbors */
  heirs: readonly string[]
}

/**
 * Adds recently removed scopes to the groups. A removal is evaluated together with the gateway that lost neighbors
 * because of it, or separately if there is no such gateway.
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
    // one after the other, because they share the connection of the poll's transaction
    for (const heir of heirs) own.push(await book.groupOf(store, heir, now))
    const [first] = own.filter(({ topology }) => topology.gateways.length > 0)
    if (!first) {
      groups.push(singleScopeGroup(scope))
      continue
    }
    // a circuit without any gateway forms a separate group, and the removal also explains its events
    const alone = own.flatMap(({ topology, scopes }) => (topology.gateways.length === 0 ? scopes : []))
    const parts = groups.filter(({ scopes }) => scopes.some((one) => first.scopes.includes(one) || alone.includes(one)))
    for (const part of parts) groups.splice(groups.indexOf(part), 1)
    const scopes = [...first.scopes, ...parts.flatMap((part) => part.scopes), ...alone, scope]
    groups.push({ ...first, scopes: [...new Set(scopes)].toSorted() })
  }
  return groups
}

/**
 * Combines current and former groups. A scope belongs to a single group, so members of a former group that are in a
 * current group are reported there.
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
 * Returns the short IDs of the resources that a report lists as added, removed or changed.
 * @param types undefined = all types
 */
function scopesOfChanges(
  signal: Signal,
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
 * Returns the subscriptions of Service Health notices. A notice refers to its subscription, and may be about any
 * resource in it.
 */
function reportedSubscriptions(signal: Signal): string[] {
  if (signal.type !== 'activity') return []
  return signal.rows.filter(({ health }) => health !== undefined).map(({ resourceId }) => resourceId)
}

/**
 * Returns the resources that the log reports as changed. Such a change may be the cause of a problem in the same
 * resource group.
 */
function resourcesChanged(signal: Signal): string[] {
  return signal.type === 'activity' ? signal.rows.filter(isCompletedChange).map(({ resourceId }) => resourceId) : []
}

function scopesNamed(signal: Signal, { shortIdOf }: DetectionStore): string[] {
  if (signal.type === 'config') return signal.changes.map(({ resourceId }) => shortIdOf(resourceId))
  if (signal.type !== 'activity') return []
  return signal.rows.map(({ resourceId }) => shortIdOf(owningResource(resourceId)))
}
