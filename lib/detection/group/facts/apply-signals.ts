import { type TimestampBounds, circuitPaths, formatPathSubject, type PollRecord } from '#lib/contract/index.ts'
import { formatSessionSubject } from '../../model/subject.ts'
import type { PollOutcomeSignal, PrefixCountSignal, SessionStateChangeSignal, PollSignal } from '../../model/signal.ts'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'
import { findEarliestRecheck, type DetectionRecheckTime } from '../../model/recheck.ts'
import { getTimeOfBecomingStale } from './last-answer.ts'
import type { ResourceState, SessionFact } from '../../model/scope-state.ts'

/**
 * Stores the signals (observations) of one poll as facts of the circuit or gateway that was polled. Configuration and
 * routes are stored elsewhere.
 */
export function storePollSignals(context: DetectionContext, signals: readonly PollSignal[]): void {
  const { mark } = context
  // These polls cover a whole subscription, so they report on resources other than the polled one.
  if (mark.kind === 'inventory' || mark.kind === 'activity' || mark.kind === 'probe') return
  const scope = ensureResourceState(context, mark.scope)
  for (const signal of signals) {
    switch (signal.type) {
      case 'session':
        applySession(scope, mark, signal)
        break
      case 'prefixes':
        applyPrefixes(scope, mark, signal)
        break
      case 'instance':
        applyInstance(scope, signal.address, signal.samples, signal.since)
        break
      case 'arp': {
        const { type: _, ...fact } = signal
        scope.arp[mark.subresource] = fact
        break
      }
      case 'tunnel':
        scope.tunnels[signal.name] = { state: signal.state, since: signal.since }
        break
      case 'outcome':
        applyOutcome(context, scope, signal)
        break
    }
  }
}

function applySession(scope: ResourceState, mark: PollRecord, signal: SessionStateChangeSignal): void {
  const { localAddress, neighbor, level, since, sample } = signal
  const key = factKey(mark.subresource, signal)
  const known = scope.sessions[key] ?? adoptByNeighbor(scope, mark.subresource, neighbor)
  // A signal without an Azure state repeats the rows of an earlier response. If the session is already known, the
  // signal shows nothing new about it.
  if (known && sample?.azureState === '') return
  const downReason = level === 'unknown' ? (known?.downReason ?? null) : (sample?.downReason ?? null)
  scope.sessions[key] = {
    subresource: mark.subresource,
    localAddress,
    neighbor,
    asn: sample?.asn ?? known?.asn ?? null,
    level,
    ...(signal.isUnseen && { isUnseen: true as const }),
    since,
    downReason,
    prefixes: level === 'up' ? (sample?.prefixesReceived ?? known?.prefixes ?? null) : null,
    lastPrefixes:
      level === 'up' ? (sample?.prefixesReceived ?? null) : (known?.prefixes ?? known?.lastPrefixes ?? null),
    countBetween: known?.countBetween ?? null,
  }
}

/**
 * Removes and returns the stored session of a circuit path with a neighbor, so that the caller can store it under the
 * local address that is reported now. A path has only one session with a neighbor. Therefore a stored session with an
 * unknown or different local address is the same session.
 */
function adoptByNeighbor(scope: ResourceState, subresource: string, neighbor: string): SessionFact | undefined {
  if (subresource === '') return undefined
  const [key, fact] =
    Object.entries(scope.sessions).find(([, own]) => own.subresource === subresource && own.neighbor === neighbor) ?? []
  if (key !== undefined) delete scope.sessions[key]
  return fact
}

function applyPrefixes(scope: ResourceState, mark: PollRecord, signal: PrefixCountSignal): void {
  const fact = scope.sessions[factKey(mark.subresource, signal)]
  if (!fact || signal.after === null) return
  fact.prefixes = signal.after
  fact.lastPrefixes = signal.after
  fact.countBetween = signal.between
}

function applyInstance(scope: ResourceState, address: string, samples: number, since: TimestampBounds): void {
  if (samples > 0) {
    scope.silent[address] = since
    delete scope.returned[address]
    return
  }
  delete scope.silent[address]
  scope.returned[address] = since
}

function applyOutcome(
  { mark, everyMs }: DetectionContext,
  scope: ResourceState,
  { good, outcome, lastGoodAt }: PollOutcomeSignal,
): void {
  const key = `${mark.subresource} ${mark.kind}`
  if (good) {
    delete scope.failing[key]
    return
  }
  const known = scope.failing[key] ?? { lastGoodAt, everyMs }
  const { paused: _, refused: __, ...failing } = known
  scope.failing[key] = {
    ...failing,
    ...(outcome === 'paused' && { paused: true as const }),
    ...((outcome === 'forbidden' || outcome === 'not_polled') && { refused: true as const }),
  }
}

const factKey = (subresource: string, session: { localAddress: string; neighbor: string }) =>
  `${subresource} ${formatSessionSubject(session)}`

/**
 * Returns the time at which the last poll of the sessions of a circuit's edge router becomes stale. From then on, the
 * sessions of the gateways may decide the state of the circuit. Null unless the circuit's polls fail or gateways lost
 * sessions with it.
 */
export function findStalenessRecheckTime(context: DetectionContext, scope: string): DetectionRecheckTime {
  const { topology, scopes } = context
  const circuit = topology.circuits.find((one) => one.scope === scope)
  if (!circuit) return null
  const failing = scopes[scope]?.failing ?? {}
  const isLost = topology.mappings.some(
    (known) => known.circuit === scope && Object.values(scopes[known.gateway]?.sessions ?? {}).some(isDownTo(known)),
  )
  const paths = circuit.peerings.flatMap(({ name }) => circuitPaths.map((path) => formatPathSubject(name, path)))
  const awaited = paths.filter((subresource) => isLost || failing[`${subresource} summary`])
  return findEarliestRecheck(
    awaited.map((subresource) => getTimeOfBecomingStale(context, { scope, subresource, kind: 'summary' })),
  )
}

const isDownTo =
  ({ neighbor }: { neighbor: string }) =>
  (session: SessionFact) =>
    session.neighbor === neighbor && session.level === 'down'
