import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { armTypes, type EpochMs, formatPollOutcome } from '#lib/contract/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import {
  type ConnectionStateAtMoment,
  type CurrentCounter,
  readConnectionsAtMoment,
  readLatestCounters,
  type ResourceView,
  type SourceStatus,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { judgePollFreshness } from '#lib/questions/index.ts'
import type { HubUserVpnGateway } from '../api/index.ts'

/** Newest polled data about user VPN gateways, by gateway ID. */
export interface UserVpnData {
  live: ReadonlyMap<string, ConnectionStateAtMoment[]>
  counters: ReadonlyMap<string, CurrentCounter[]>
}

/**
 * Reads the polled data about user VPN gateways.
 * @param hasAny whether a user VPN gateway is listed; if not, no query runs
 */
export async function readUserVpnData(q: SqlExecutor, hasAny: boolean): Promise<UserVpnData> {
  if (!hasAny) return { live: new Map(), counters: new Map() }
  return {
    live: Map.groupBy(await readConnectionsAtMoment(q, {}), ({ scope }) => scope),
    counters: Map.groupBy(await readLatestCounters(q, {}), ({ scope }) => scope),
  }
}

/**
 * Describes a user VPN gateway with the number of its users. The number is unknown if Azure does not report it, or if
 * the last good poll is too old.
 */
export function describeUserVpnGateway(
  resource: ResourceView,
  { live, counters }: UserVpnData,
  { sources, now }: { sources: readonly SourceStatus[]; now: EpochMs },
): HubUserVpnGateway {
  const { id, resourceId, name } = resource
  const poll = sources.find(({ scope, poll: { kind } }) => scope === id && kind === 'connection')?.poll
  const isUsable = poll !== undefined && isFreshnessUsable(judgePollFreshness(poll, now))
  const users = isUsable ? live.get(id)?.[0]?.live.clients : undefined
  const latest = isUsable ? counters.get(id)?.find(({ counter }) => counter === '')?.latest : undefined
  const clients = users?.count ?? null
  return {
    id,
    resourceId,
    name,
    ...decodeResourceConfig(armTypes.userVpnGateway, resource.config),
    clients,
    addresses: users?.addresses ?? null,
    bytesIn: latest?.bytesIn ?? null,
    bytesOut: latest?.bytesOut ?? null,
    unread: clients === null ? formatUnreadReason(poll, isUsable) : null,
  }
}

function formatUnreadReason(poll: SourceStatus['poll'] | undefined, isUsable: boolean): string {
  if (isUsable) return 'Azure does not report the number of users.'
  if (!poll || poll.lastStartedAt === null) return 'It was not polled yet.'
  const outcome = poll.lastOutcome
  return outcome === 'ok' || outcome === 'incomplete' ? 'Its last good poll is too old.' : formatPollOutcome(outcome)
}
