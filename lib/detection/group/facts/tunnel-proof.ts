import type { EpochMs, TimestampBounds } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../model/context.ts'
import { computeLatestBeginBounds } from '../../model/event-key.ts'
import type { LastTunnelState } from '../../model/scope-state.ts'
import type { ConnectionNode } from '../../model/topology.ts'
import { getSourceFreshness, isLastPollStale } from './last-answer.ts'

/**
 * Updates the tunnels of a VPN connection by its BGP sessions. Connections are polled less often than sessions. If the
 * last poll of the connection showed a tunnel down, and all sessions over the connection came up later, the tunnel is up
 * since then. If the next poll of the connection still shows it down, and a session is down again, the tunnel was lost a
 * second time.
 * @param tunnels last states of the tunnels by name, which are changed; '' = the connection itself
 */
export function applySessionsToTunnels(
  context: DetectionContext,
  connection: ConnectionNode,
  tunnels: Record<string, LastTunnelState>,
): void {
  const { scope, gateway } = connection
  const polledAt = getSourceFreshness(context, { scope, subresource: '', kind: 'connection' }).at
  if (polledAt === null) return
  const upSince = findTimeOfAllSessionsUp(
    context,
    connection,
    Object.keys(tunnels).filter((name) => name !== '').length,
  )
  const provenAt = getSourceFreshness(context, { scope: gateway, subresource: '', kind: 'peers' }).at
  const { startedAt, finishedAt } = context.mark
  for (const [name, tunnel] of Object.entries(tunnels))
    tunnels[name] = updatedTunnel(tunnel, upSince, { polledAt, provenAt: provenAt ?? startedAt, now: finishedAt })
}

function updatedTunnel(
  tunnel: LastTunnelState,
  upSince: TimestampBounds | null,
  { polledAt, provenAt, now }: { polledAt: EpochMs; provenAt: EpochMs; now: EpochMs },
): LastTunnelState {
  const { state, provenUpAt } = tunnel
  if (upSince && provenUpAt !== undefined) return { ...tunnel, provenUpAt: provenAt }
  if (upSince && state === 'down' && upSince.earliest > polledAt)
    return { state: 'up', since: upSince, provenUpAt: provenAt }
  const isLostAgain = !upSince && provenUpAt !== undefined && polledAt > provenUpAt
  return isLostAgain ? { state: 'down', since: { earliest: provenUpAt, latest: now } } : tunnel
}

/**
 * Returns the bounds of the time since which all BGP sessions over a VPN connection are up. Each gateway instance has
 * its session over its own tunnel, so that all tunnels are up then.
 * @param count number of tunnels
 * @returns null if a session is not up, if there are fewer sessions than tunnels, or if the sessions were not polled
 *   recently
 */
function findTimeOfAllSessionsUp(
  context: DetectionContext,
  { gateway, neighbor }: ConnectionNode,
  count: number,
): TimestampBounds | null {
  const own = Object.values(context.scopes[gateway]?.sessions ?? {}).filter(
    (session) => session.subresource === '' && session.neighbor === neighbor && !session.isMeasured,
  )
  const isProven =
    neighbor !== undefined &&
    own.length >= Math.max(1, count) &&
    own.every(({ level }) => level === 'up') &&
    !isLastPollStale(context, { scope: gateway, subresource: '', kind: 'peers' })
  return isProven ? computeLatestBeginBounds(own.map(({ since }) => since)) : null
}
