import type { EpochMs, HubConnectionConfig } from '#lib/contract/index.ts'
import type { HubToEncode } from '../api/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import {
  type CurrentCounter,
  readLatestCounters,
  type SourceStatus,
  type CurrentTunnel,
  readCurrentTunnels,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { describeIpsecTunnel } from './connections.ts'
import { judgePollFreshness } from '#lib/questions/index.ts'

/** Polled data about VPN links of hub gateways, by gateway ID. */
export interface HubLinkData {
  tunnels: ReadonlyMap<string, CurrentTunnel[]>
  counters: ReadonlyMap<string, CurrentCounter[]>
  /** IDs of the gateways whose last poll of links was recent and successful */
  read: ReadonlySet<string>
}

/**
 * Reads the polled data about the VPN links of hub gateways.
 * @param gateways IDs of gateways; if empty, no query runs
 */
export async function readHubLinkData(
  q: SqlExecutor,
  gateways: readonly string[],
  sources: readonly SourceStatus[],
  now: EpochMs,
): Promise<HubLinkData> {
  if (gateways.length === 0) return { tunnels: new Map(), counters: new Map(), read: new Set() }
  const own = new Set(gateways)
  const read = sources.filter(
    ({ scope, poll }) =>
      own.has(scope) && poll.kind === 'connection' && isFreshnessUsable(judgePollFreshness(poll, now)),
  )
  const ofGateways = <Row extends { scope: string }>(rows: readonly Row[]) =>
    Map.groupBy(
      rows.filter(({ scope }) => own.has(scope)),
      ({ scope }) => scope,
    )
  return {
    tunnels: ofGateways(await readCurrentTunnels(q)),
    counters: ofGateways(await readLatestCounters(q, {})),
    read: new Set(read.map(({ scope }) => scope)),
  }
}

type HubConnection = HubToEncode['gateways'][number]['connections'][number]

/**
 * Returns the configured links of a connection with their states from the latest poll, and the state of the whole
 * connection. A state is unknown if the poll was not recent.
 */
export function judgeHubConnection(
  gateway: string,
  { siteKey, links }: Pick<HubConnectionConfig, 'siteKey' | 'links'>,
  { tunnels, counters, read }: HubLinkData,
): Pick<HubConnection, 'state' | 'links'> {
  const judged = links.map(({ name, siteLink, bgp }) => {
    const known = tunnels.get(gateway)?.find((tunnel) => tunnel.name.toLowerCase() === name.toLowerCase())
    const link = known
      ? describeIpsecTunnel(known, counters.get(gateway) ?? [])
      : { name, remote: null, state: 'unknown' as const, azureStatus: null, since: null, bytesIn: null, bytesOut: null }
    return { ...link, ...(read.has(gateway) ? {} : { state: 'unknown' as const }), siteLink, bgp }
  })
  if (siteKey === null) return { state: null, links: [] }
  const is = (state: HubConnection['state']) => judged.some((link) => link.state === state)
  return { state: is('up') ? 'up' : is('unknown') || judged.length === 0 ? 'unknown' : 'down', links: judged }
}
