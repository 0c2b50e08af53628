import {
  type TimestampBounds,
  type CircuitPath,
  type DetectedEvent,
  type EpochMs,
  parsePathSubject,
  formatPathSubject,
  type PollKind,
} from '#lib/contract/index.ts'
import { formatPeeringNames } from '#lib/contract/words/path-text.ts'
import { type DetectionContext, hasPollUsableRows, listLiveEvents, ensureResourceState } from '../../model/context.ts'
import type { SessionFact } from '../../model/scope-state.ts'
import { parseSubjectNeighbor, SESSION_FALL_KINDS } from '../../model/subject.ts'
import {
  type CircuitNode,
  getCountedPartOfPeering,
  findPathOfCustomerAddress,
  type CircuitPeeringNode,
} from '../../model/topology.ts'
import { getSourceFreshness } from './last-answer.ts'
import { formatArpAvailabilityKey } from './apply-availability.ts'
import { ensureTrafficState } from './traffic/traffic-state.ts'
import { getUsableMeterFact, getPeeringRates } from './traffic/path-traffic.ts'

/** Proof that the link of a circuit path works, although a peering or session on it failed. */
interface LinkProof {
  /** the evidence as the end of a sentence, for example `ARP of Microsoft peering is complete on it` */
  words: string
  /** when the evidence was read */
  readAt: EpochMs
}

/** Result of the search for proof that a link works; `proof` is null if none was found. */
export interface LinkStateEvidenceResult {
  proof: LinkProof | null
  /**
   * descriptions of sessions that were up on the link, but were not polled late enough after the fault to be a proof
   */
  unread: string[]
}

/**
 * Searches for proof that the link of one path works. The link carries several peerings and sessions. If any of them
 * continues to work, the fault is not in the link.
 * The search uses ARP, sessions and received bytes of the other peerings, and the session of the other address family
 * of the same peering. Peerings and sessions that failed together with the event are left out.
 * @param event a fault of a path, a peering or a session of the circuit
 */
export function findLinkStateEvidence(
  context: DetectionContext,
  circuit: CircuitNode,
  path: CircuitPath,
  event: DetectedEvent,
): LinkStateEvidenceResult {
  const { arp, sessions } = ensureResourceState(context, circuit.scope)
  const { peering: failed } = parsePathSubject(SESSION_FALL_KINDS.has(event.kind) ? '' : event.subject)
  const hold = context.settings['timers.hold']
  const incomplete = failed === null ? undefined : arp[formatPathSubject(failed, path)]
  // An ARP entry may remain for some time after its link was cut, so a complete entry from an early poll does not prove
  // that the link works. The poll must have begun after the start of the fault and, if the ARP entry of the failed
  // peering is incomplete, after that was found.
  const from = Math.max(
    event.started.latest,
    incomplete && incomplete.state !== 'complete' ? incomplete.since.latest : event.started.latest,
  )
  // A session or entry that came up after the fault may have come up because the link was repaired. It is a proof only
  // if the fault still lasts a hold time later.
  const isApart = ({ earliest, latest }: TimestampBounds, seenAt: EpochMs) =>
    latest <= event.started.earliest ||
    (event.ended === null && earliest > event.started.latest + hold && seenAt >= latest + hold)
  const proofs: LinkProof[] = []
  const unread: string[] = []
  for (const peering of circuit.peerings) {
    const subresource = formatPathSubject(peering.name, path)
    if (isLostNear(context, circuit, subresource, event, hold)) continue
    const label = formatPeeringNames(peering.name)
    if (peering.name !== failed && !isOfSession(event, sessions, subresource)) {
      const entry = arp[subresource]
      const arpAt = readAt(context, circuit.scope, subresource, 'arp')
      if (entry?.state === 'complete' && isApart(entry.since, arpAt) && arpAt >= from)
        proofs.push({ words: `ARP of ${label} is complete on it`, readAt: arpAt })
      const between = { from, until: event.ended?.earliest ?? Number.POSITIVE_INFINITY }
      const countedAt =
        receivedSince(context, circuit, peering, path, between) ?? ratedSince(context, circuit, peering, path, between)
      if (countedAt !== null) proofs.push({ words: `${label} receives traffic on it`, readAt: countedAt })
      // A table that was polled after the fault is better evidence than the metric.
      const measuredAt = arpAt >= from ? null : arpWorkedSince(context, circuit.scope, subresource, event, from)
      if (measuredAt !== null)
        proofs.push({ words: `ArpAvailability of ${label} is not low on it`, readAt: measuredAt })
    }
    const summaryAt = readAt(context, circuit.scope, subresource, 'summary')
    for (const session of Object.values(sessions)) {
      // the sessions of Microsoft's router with gateways do not use this link, so only sessions with the customer's
      // router count
      if (session.subresource !== subresource || findPathOfCustomerAddress(peering, session.neighbor) !== path) continue
      if (
        session.level !== 'up' ||
        !isApart(session.since, summaryAt) ||
        isFailedSession(event, session, peering, path)
      )
        continue
      // without BFD a session stays up for a hold time after its link was cut
      if (summaryAt >= from + hold)
        proofs.push({ words: `the session with ${session.neighbor} of ${label} stays up on it`, readAt: summaryAt })
      else unread.push(`the session with ${session.neighbor} of ${label} since the fault`)
    }
  }
  return { proof: proofs[0] ?? null, unread: proofs.length > 0 ? [] : unread }
}

/** Returns the start of the last good poll of a source, including the current poll; -Infinity if there was none. */
function readAt(context: DetectionContext, scope: string, subresource: string, kind: PollKind): EpochMs {
  const { mark } = context
  const isCurrent =
    mark.scope === scope && mark.subresource === subresource && mark.kind === kind && hasPollUsableRows(mark)
  const at = getSourceFreshness(context, { scope, subresource, kind }).at ?? Number.NEGATIVE_INFINITY
  return isCurrent ? Math.max(at, mark.startedAt) : at
}

/**
 * Reports whether the given path of a circuit has its own `path_down` event that began within a hold time of another
 * fault.
 */
function isLostNear(
  context: DetectionContext,
  { scope }: CircuitNode,
  subresource: string,
  event: DetectedEvent,
  hold: number,
): boolean {
  return listLiveEvents(context).some(
    ({ event: other }) =>
      other.kind === 'path_down' &&
      other.scope === scope &&
      other.subject === subresource &&
      other.key !== event.key &&
      !isSameFault(other, event) &&
      other.started.earliest <= event.started.latest + hold &&
      other.started.latest >= event.started.earliest - hold,
  )
}

/**
 * Reports whether a `path_down` event and another event report the same fault: they have the same subject, or are about
 * the same peering.
 */
const isSameFault = (path: DetectedEvent, { subject }: DetectedEvent): boolean =>
  path.subject === subject || parsePathSubject(path.subject).peering === parsePathSubject(subject).peering

const isOfSession = (
  { kind, subject }: DetectedEvent,
  sessions: Readonly<Record<string, SessionFact>>,
  subresource: string,
): boolean =>
  SESSION_FALL_KINDS.has(kind) &&
  Object.values(sessions).some(
    (one) => one.subresource === subresource && one.neighbor === parseSubjectNeighbor(subject),
  )

function isFailedSession(
  { kind, subject }: DetectedEvent,
  { neighbor }: SessionFact,
  { name, customers }: CircuitPeeringNode,
  path: CircuitPath,
): boolean {
  if (SESSION_FALL_KINDS.has(kind)) return parseSubjectNeighbor(subject) === neighbor
  return parsePathSubject(subject).peering === name && customers[path] === neighbor
}

/**
 * Returns when bytes received from the customer were last counted between two times; null if no pair of samples shows
 * them. Bytes that were sent to the customer are not a proof that the link works.
 */
function receivedSince(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  path: CircuitPath,
  { from, until }: { from: EpochMs; until: EpochMs },
): EpochMs | null {
  const part = getCountedPartOfPeering(circuit, peering)
  const meter = part === null ? null : getUsableMeterFact(context, circuit, path, part)
  if (part === null || meter === null || meter.in.lost !== null) return null
  const pair = ensureTrafficState(context, circuit.scope, part).fact?.pairs[path]?.at(-1)
  const hasReceived =
    pair !== undefined && pair.earliest >= from && pair.latest <= until && (pair.in ?? 0) > meter.in.deadBps
  return hasReceived ? pair.latest : null
}

/**
 * Returns the end of the newest interval between two times in which Azure Monitor reported bits received from the
 * customer; null if there is no such interval.
 */
function ratedSince(
  { scopes, settings }: DetectionContext,
  { scope }: CircuitNode,
  peering: CircuitPeeringNode,
  path: CircuitPath,
  { from, until }: { from: EpochMs; until: EpochMs },
): EpochMs | null {
  const own = scopes[scope]
  const rates = (own && getPeeringRates(own, peering)[path]) ?? []
  const last = rates.findLast(
    ({ at, grainMs, in: bps }) => at >= from && at + grainMs <= until && (bps ?? 0) > settings['traffic.dead.rate'],
  )
  return last ? last.at + last.grainMs : null
}

/**
 * Returns the end of the newest minute after a fault in which the metric ArpAvailability was not low. Null if there is
 * no such minute, or if ARP may have failed with the fault and come back with the repair. To exclude this, the metric
 * must not have been low during the fault. In addition, its values must cover the start of the fault, or the fault must
 * still be ongoing a hold time later.
 */
function arpWorkedSince(
  { scopes, settings }: DetectionContext,
  scope: string,
  subresource: string,
  { started, ended }: DetectedEvent,
  from: EpochMs,
): EpochMs | null {
  const { well, reported, down = [] } = scopes[scope]?.availability[formatArpAvailabilityKey(subresource)] ?? {}
  if (!well || !reported || well.earliest < from || well.latest > (ended?.earliest ?? Number.POSITIVE_INFINITY))
    return null
  if (down.some(({ latest }) => latest > started.earliest)) return null
  const isApart = ended === null && well.earliest >= started.latest + settings['timers.hold']
  return isApart || reported.earliest <= started.earliest ? well.latest : null
}
