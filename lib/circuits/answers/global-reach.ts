import {
  normalizeArmId,
  type CircuitConfig,
  formatUnappliedConfiguration,
  type GlobalReachConfig,
  parseArmId,
  type GlobalReachListName,
  formatGlobalReachName,
  parseGlobalReachState,
} from '#lib/contract/index.ts'
import type { StoredCircuit } from '../api/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import type { SourceStatus, CurrentTunnel } from '#lib/history/index.ts'
import { judgePollFreshness, type EstateTopology } from '#lib/questions/index.ts'

/** Polled data about a circuit's Global Reach connections. */
interface ReachFacts {
  now: number
  /** sources (polled tables) of this circuit */
  sources: readonly SourceStatus[]
  states: readonly CurrentTunnel[]
}

/** Returns a circuit's Global Reach connections with their latest polled states. */
export function listGlobalReachConnections(
  { peerings }: Pick<CircuitConfig, 'peerings'>,
  { byKey }: Pick<EstateTopology, 'byKey'>,
  facts: ReachFacts,
): StoredCircuit['globalReachConnections'] {
  return peerings.flatMap(({ name: peering, globalReach }) =>
    globalReach.map((connection) => {
      const { name, isOwn, circuitKey, addressPrefix, ipv6AddressPrefix } = connection
      const list: GlobalReachListName = isOwn ? 'connections' : 'peerConnections'
      const part = (family: 4 | 6, prefix: string | null) =>
        partOf(connection, family, prefix, `${peering}/${list}`, facts)
      const other = circuitKey === null ? undefined : byKey.get(normalizeArmId(circuitKey))
      return {
        name,
        peering,
        circuitId: other?.id ?? null,
        circuitName: other?.name ?? (circuitKey === null ? null : (parseArmId(circuitKey)?.name ?? null)),
        circuitResourceId: circuitKey,
        madeHere: isOwn,
        unapplied: formatUnappliedConfiguration(`the Global Reach connection ${name}`, connection),
        ...part(4, addressPrefix),
        ipv6: ipv6AddressPrefix === null ? null : part(6, ipv6AddressPrefix),
      }
    }),
  )
}

function partOf(
  { name }: GlobalReachConfig,
  family: 4 | 6,
  addressPrefix: string | null,
  subresource: string,
  { now, sources, states }: ReachFacts,
): NonNullable<StoredCircuit['globalReachConnections'][number]['ipv6']> {
  const polled = sources.find((source) => source.poll.kind === 'connection' && source.subresource === subresource)
  const own = states.find((one) => one.subresource === subresource && one.name === formatGlobalReachName(name, family))
  const isKnown = polled !== undefined && isFreshnessUsable(judgePollFreshness(polled.poll, now))
  return {
    addressPrefix,
    state: own && isKnown ? parseGlobalReachState(own.status) : 'unknown',
    azureStatus: own?.status ?? null,
    since: own?.since ?? null,
  }
}
