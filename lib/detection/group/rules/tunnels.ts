import { createBoundedChangeEvidence } from '../../model/create-event.ts'
import { type TimestampBounds, parseHubLinkConnection } from '#lib/contract/index.ts'
import { endEventOfRemovedResource, updateEventByCondition } from '../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, ensureResourceState } from '../../model/context.ts'
import { computeLatestBeginBounds, computeEarliestBeginBounds } from '../../model/event-key.ts'
import type { LiveEvent, LastTunnelState } from '../../model/scope-state.ts'
import { isLastPollStale } from '../facts/last-answer.ts'
import { applySessionsToTunnels } from '../facts/tunnel-proof.ts'
import { type HubVpnGatewayNode, listVpnConnectionIds } from '../../model/topology.ts'

/**
 * Raises and ends connection_down and tunnel_down for VPN connections and their tunnels, including those of Virtual WAN
 * hubs (docs/rules/events.md, gateways). For a connection without BGP, these states are the only data that show whether
 * the other end is reachable.
 */
export function applyTunnelRules(context: DetectionContext): LiveEvent[] {
  return [
    ...connectionsRules(context),
    ...(context.topology.hubVpnGateways ?? []).flatMap((node) => hubRules(context, node)),
  ]
}

/**
 * Evaluates the links of a hub's VPN gateway, grouped by connection. Open events about a link that is no longer
 * configured are ended, because Azure no longer reports the link.
 */
function hubRules(context: DetectionContext, { scope, links }: HubVpnGatewayNode): LiveEvent[] {
  const { live, tunnels } = ensureResourceState(context, scope)
  const names = new Set([...links, ...links.map(parseHubLinkConnection)])
  for (const one of Object.values(live)) {
    const { kind, subject } = one.event
    const isGone = isEventOpen(one) && (kind === 'connection_down' || kind === 'tunnel_down') && !names.has(subject)
    if (isGone)
      endEventOfRemovedResource(one, { earliest: one.event.started.earliest, latest: context.mark.finishedAt })
  }
  if (isUnread(context, scope)) return []
  const known = Object.entries(tunnels).filter(([name]) => links.includes(name))
  return [...Map.groupBy(known, ([name]) => parseHubLinkConnection(name))].flatMap(([connection, own]) => {
    const facts = Object.fromEntries(own)
    const parts = own.length > 1 || !(connection in facts) ? tunnelsRule(context, scope, facts) : []
    return [connectionRule(context, scope, connection, facts), ...parts].filter((one) => one !== null)
  })
}

function connectionsRules(context: DetectionContext): LiveEvent[] {
  return listVpnConnectionIds(context.topology).flatMap((scope) => {
    const connection = context.topology.connections?.find((one) => one.scope === scope)
    const facts = context.scopes[scope]?.tunnels ?? {}
    const name = connection?.name
    if (!connection || name === undefined || Object.keys(facts).length === 0) return []
    applySessionsToTunnels(context, connection, facts)
    if (isUnread(context, scope)) return []
    return [connectionRule(context, scope, name, facts), ...tunnelsRule(context, scope, facts)].filter(
      (live) => live !== null,
    )
  })
}

/** Reports whether the last poll of a connection is too old for an event to begin, end or be confirmed. */
const isUnread = (context: DetectionContext, scope: string): boolean =>
  isLastPollStale(context, { scope, subresource: '', kind: 'connection' })

/**
 * Raises or ends connection_down. If tunnels are listed, their states are used instead of the connection's own status,
 * because Azure derives that status from them.
 */
function connectionRule(
  context: DetectionContext,
  scope: string,
  name: string,
  { '': own, ...tunnels }: Readonly<Record<string, LastTunnelState>>,
): LiveEvent | null {
  const listed = Object.values(tunnels)
  const speaking = listed.length > 0 ? listed : own ? [own] : []
  const ups = speaking.filter(({ state }) => state === 'up')
  const holds = speaking.length === 0 ? null : ups.length === 0
  const since = holds
    ? computeLatestBeginBounds(sinces(speaking))
    : computeEarliestBeginBounds(sinces(ups.length > 0 ? ups : speaking))
  return updateEventByCondition(context, {
    kind: 'connection_down',
    scope,
    subject: name,
    holds,
    since,
    severity: 'major',
    evidence: holds ? [createBoundedChangeEvidence(context.mark, since, 'connectionStatus', 'up', 'down')] : [],
  })
}

function tunnelsRule(
  context: DetectionContext,
  scope: string,
  { '': _, ...tunnels }: Readonly<Record<string, LastTunnelState>>,
): (LiveEvent | null)[] {
  return Object.entries(tunnels).map(([subject, { state, since }]) =>
    updateEventByCondition(context, {
      kind: 'tunnel_down',
      scope,
      subject,
      holds: state === 'down',
      since,
      severity: 'minor',
      evidence:
        state === 'down' ? [createBoundedChangeEvidence(context.mark, since, `tunnel ${subject}`, 'up', 'down')] : [],
    }),
  )
}

/** Ends the open events of a removed connection and deletes its tunnels, because they will not be reported again. */
export function endRemovedConnectionTunnels(context: DetectionContext, scope: string, between: TimestampBounds): void {
  for (const live of Object.values(ensureResourceState(context, scope).live)) {
    const { kind } = live.event
    if ((kind === 'connection_down' || kind === 'tunnel_down') && isEventOpen(live))
      endEventOfRemovedResource(live, between)
  }
  ensureResourceState(context, scope).tunnels = {}
}

const sinces = (facts: readonly LastTunnelState[]) => facts.map(({ since }) => since)
