import type { TimestampBounds, EventKind } from '#lib/contract/index.ts'
import { computeLatestBeginBounds, computeEarliestBeginBounds } from '../../model/event-key.ts'
import { closeEvent, updateEventByCondition } from '../../model/event-condition.ts'
import {
  findGatewayChangeEventAt,
  hasInstanceLeftByChange,
  isInstancePossiblyScaledIn,
} from '../facts/instance-replacement.ts'
import { listExpectedSessions, listSessionsInsideGateway } from '../facts/gateway-sessions.ts'
import { areSessionPollsRefused } from '../facts/measured-sessions.ts'
import { isLastPollStale } from '../facts/last-answer.ts'
import { createSessionEvidence } from '../../model/create-event.ts'
import {
  type DetectionContext,
  hasPollUsableRows,
  isEventOpen,
  findOpenEvent,
  ensureResourceState,
  listLostInstances,
} from '../../model/context.ts'
import { getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../model/recheck.ts'
import type { LiveEvent, SessionFact } from '../../model/scope-state.ts'
import type { GatewayNode } from '../../model/topology.ts'

/**
 * Raises and ends events about the instances and peers of every gateway: gateway_isolated, gateway_instance_lost,
 * peer_lost (docs/rules/detection.md 2.5).
 */
export function applyGatewayRules(context: DetectionContext): LiveEvent[] {
  const { mark } = context
  return context.topology.gateways.flatMap((gateway) => {
    if (gateway.isStandby) return endAll(context, gateway)
    // while the session data is stale, no event begins, ends or is confirmed
    const isOld = isLastPollStale(context, { scope: gateway.scope, subresource: '', kind: 'peers' })
    const isMeasured =
      mark.kind === 'metrics' && mark.scope === gateway.scope && areSessionPollsRefused(context, gateway.scope)
    if (isOld && !isMeasured && !isAnswered(context, gateway.scope)) return []
    const view = gatewayView(context, gateway)
    const lost = instanceRules(context, gateway, view)
    const isolated = isolatedRule(context, gateway, view)
    const peers = peerRules(context, gateway, view, lost)
    return [...lost.values(), ...(isolated ? [isolated] : []), ...peers]
  })
}

/**
 * Reports whether this poll is a good poll of the gateway's sessions in which every instance reported, except instances
 * that already count as lost because they have not reported for long.
 */
function isAnswered(context: DetectionContext, scope: string): boolean {
  const { mark } = context
  const { silent } = ensureResourceState(context, scope)
  return (
    mark.kind === 'peers' &&
    mark.scope === scope &&
    hasPollUsableRows(mark) &&
    mark.silentInstances.every((one) => silent[one])
  )
}

/** Ends the open events of a gateway on standby, because its sessions and instances are not expected to be up. */
function endAll(context: DetectionContext, { scope }: GatewayNode): LiveEvent[] {
  for (const live of Object.values(ensureResourceState(context, scope).live)) {
    if (isEventOpen(live) && EXPECTS.has(live.event.kind))
      closeEvent(live, { earliest: live.event.started.earliest, latest: context.mark.finishedAt })
  }
  return []
}

const EXPECTS: ReadonlySet<EventKind> = new Set(['gateway_isolated', 'gateway_instance_lost', 'peer_lost'])

interface View {
  /** sessions that have once been established, so that they are expected to be up */
  expected: SessionFact[]
  silent: Record<string, TimestampBounds>
}

function gatewayView(context: DetectionContext, { scope }: Pick<GatewayNode, 'scope'>): View {
  return { expected: listExpectedSessions(context, scope), silent: ensureResourceState(context, scope).silent }
}

const sinces = (facts: readonly SessionFact[]) => facts.map(({ since }) => since)
const isUp = ({ level }: SessionFact) => level === 'up'
const isDown = ({ level }: SessionFact) => level === 'down'

/**
 * Flag of a gateway_isolated event of a VPN gateway with a single device at the other end. Usually that device or its
 * Internet access failed, and not the gateway.
 */
export const ONE_REMOTE_END_FLAG = 'one_remote_end'

/** Flag of a gateway_instance_lost event of an instance for which Azure reports no rows. */
export const INSTANCE_ROWS_GONE_FLAG = 'rows_gone'

function isolatedRule(
  context: DetectionContext,
  { scope, name, kind }: GatewayNode,
  { expected, silent }: View,
): LiveEvent | null {
  const isOneEnd = kind === 'vpn' && new Set(expected.map(({ neighbor }) => neighbor)).size === 1
  const reporting = expected.filter(({ localAddress }) => !silent[localAddress])
  const ups = reporting.filter(isUp)
  const downs = reporting.filter(isDown)
  const holds = ups.length > 0 ? false : downs.length > 0 && downs.length === expected.length ? true : null
  const live = updateEventByCondition(context, {
    kind: 'gateway_isolated',
    scope,
    subject: name,
    holds,
    since: holds
      ? computeLatestBeginBounds(sinces(downs))
      : computeEarliestBeginBounds(sinces(ups.length > 0 ? ups : expected)),
    severity: isOneEnd ? 'major' : 'critical',
    flags: isOneEnd ? [ONE_REMOTE_END_FLAG] : [],
    evidence: holds ? createSessionEvidence(downs) : [],
  })
  if (live && holds) live.lostNeighbors ??= [...new Set(downs.map(({ neighbor }) => neighbor))].toSorted()
  return live
}

/**
 * Returns the next poll as the time of the next evaluation, while an instance is absent but not yet reported as lost.
 * If the instance left because its gateway was changed, it counts as lost if it still has no replacement some time
 * later. If scaling in may have removed it, it counts as lost when the number of scale units shows that the gateway was
 * not scaled in.
 */
export function findAbsentInstancesRecheckTime(context: DetectionContext, scope: string): DetectionRecheckTime {
  const gateway = context.topology.gateways.find((one) => one.scope === scope && !one.isStandby)
  if (!gateway) return null
  const { expected, silent } = gatewayView(context, { scope })
  const missing = [...new Set(expected.map(({ localAddress }) => localAddress))].filter((address) => {
    const own = expected.filter(({ localAddress }) => localAddress === address)
    const since = silent[address] ?? (own.every(isDown) ? computeLatestBeginBounds(sinces(own)) : undefined)
    if (!since || findOpenEvent(context, 'gateway_instance_lost', scope, address)) return false
    const change = findGatewayChangeEventAt(context, scope, since)
    return (
      (change && change.event.ended !== null) ||
      (silent[address] && isInstancePossiblyScaledIn(context, gateway, address, since))
    )
  })
  return getRecheckTimeIfNeeded(missing.length > 0)
}

/**
 * Raises and ends the events about lost instances. Returns the open events by instance address. If a gateway has no
 * session with a neighbor, for example because it has no connection, the sessions between its instances are used. An
 * instance without rows is then lost if another instance reports its session with the instance as down.
 */
function instanceRules(
  context: DetectionContext,
  gateway: GatewayNode,
  { expected, silent }: View,
): Map<string, LiveEvent> {
  const { scope } = gateway
  const inside = expected.length === 0 ? listSessionsInsideGateway(context, scope) : []
  const isMissed = (address: string) =>
    inside.some((fact) => fact.neighbor === address && !silent[fact.localAddress] && isDown(fact))
  const addresses = new Set([
    ...expected.map(({ localAddress }) => localAddress),
    ...Object.keys(silent).filter(isMissed),
    ...listLostInstances(context.scopes).flatMap((lost) => (lost.gateway === scope ? lost.instance : [])),
  ])
  const lost = new Map<string, LiveEvent>()
  for (const address of addresses) {
    const own = expected.filter(({ localAddress }) => localAddress === address)
    const others = expected.filter(({ localAddress }) => localAddress !== address && !silent[localAddress])
    const silentSince = silent[address]
    // if all other reporting instances are up, only this instance failed
    const othersWell = others.length > 0 && others.every(isUp)
    const allDown = own.length > 0 && own.every(isDown)
    const replaced = own.length === 0 && silentSince === undefined
    const holds = silentSince
      ? others.some(isUp) || isMissed(address) || null
      : allDown && othersWell
        ? true
        : replaced || own.some(isUp)
          ? false
          : null
    const ups = [...own, ...inside.filter((fact) => fact.localAddress === address)].filter(isUp)
    const since =
      silentSince ?? (holds ? computeLatestBeginBounds(sinces(own)) : endOf(context, scope, address, ups, others))
    const live = updateEventByCondition(context, {
      kind: 'gateway_instance_lost',
      scope,
      subject: address,
      holds,
      since,
      mayBegin: !(
        hasInstanceLeftByChange(context, scope, address, since) ||
        (silentSince && isInstancePossiblyScaledIn(context, gateway, address, since))
      ),
      severity: 'minor',
      ...(silentSince ? { confirm: 1 } : {}),
      flags: silentSince ? [INSTANCE_ROWS_GONE_FLAG] : [],
      evidence: holds ? createSessionEvidence(own) : [],
    })
    if (live && isEventOpen(live)) lost.set(address, live)
  }
  return lost
}

/**
 * Returns the bounds of the time when a lost instance was back. This is when its first session came up again or, if its
 * sessions were up all the time, the first poll that shows them. If the instance was replaced, it is when the first new
 * session of another instance came up. If there is no new session, it is the start of the newest session of another
 * instance.
 */
function endOf(
  context: DetectionContext,
  scope: string,
  address: string,
  ups: readonly SessionFact[],
  others: readonly SessionFact[],
): TimestampBounds {
  const begin = findOpenEvent(context, 'gateway_instance_lost', scope, address)?.event.started.earliest ?? 0
  const renewed = ups.filter(({ since }) => since.earliest >= begin)
  if (renewed.length > 0) return computeEarliestBeginBounds(sinces(renewed))
  const returned = ensureResourceState(context, scope).returned[address]
  if (ups.length > 0 && returned) return returned
  const newcomers = others.filter(({ since }) => since.earliest >= begin)
  if (newcomers.length > 0) return computeEarliestBeginBounds(sinces(newcomers))
  return others.length > 0
    ? computeLatestBeginBounds(sinces(others))
    : { earliest: begin, latest: context.mark.finishedAt }
}

function peerRules(
  context: DetectionContext,
  { scope }: GatewayNode,
  { expected, silent }: View,
  lost: ReadonlyMap<string, LiveEvent>,
): LiveEvent[] {
  // The sessions of an instance that does not report may have fallen, so they do not count as up.
  const reporting = expected.filter(({ localAddress }) => !silent[localAddress])
  return [...Map.groupBy(expected, ({ neighbor }) => neighbor)].flatMap(([neighbor, all]) => {
    const own = all.filter(({ localAddress }) => !silent[localAddress] && !lost.has(localAddress))
    const ups = own.filter(isUp)
    const downs = own.filter(isDown)
    const holds = own.length === 0 ? null : ups.length > 0 ? false : downs.length === own.length ? true : null
    const live = updateEventByCondition(context, {
      kind: 'peer_lost',
      scope,
      subject: neighbor,
      holds,
      since: holds
        ? computeLatestBeginBounds(sinces(downs))
        : computeEarliestBeginBounds(sinces(ups.length > 0 ? ups : all)),
      severity: otherPeerIsUp(context, scope, neighbor, reporting) ? 'minor' : 'major',
      evidence: holds ? createSessionEvidence(downs) : [],
    })
    return live ? [live] : []
  })
}

/** Reports whether the gateway's session with the other edge router (MSEE) of the same circuit is up. */
function otherPeerIsUp(
  context: DetectionContext,
  scope: string,
  neighbor: string,
  reporting: readonly SessionFact[],
): boolean {
  const { mappings } = context.topology
  const own = mappings.find((known) => known.gateway === scope && known.neighbor === neighbor)
  if (!own) return false
  const others = mappings
    .filter((known) => known.gateway === scope && known.circuit === own.circuit && known.path !== own.path)
    .map((known) => known.neighbor)
  return reporting.some((fact) => others.includes(fact.neighbor) && isUp(fact))
}
