import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import type { Circuit, ApiCircuitPath } from '#lib/circuits/api/index.ts'
import type { DataFreshness, PollOutcome, Severity } from '#lib/contract/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { formatLastKnown, freshnessStateLabels } from '#lib/contract/words/index.ts'
import {
  formatCircuitState,
  type CircuitPeeringStates,
  gatewaySeverityLevels,
  formatGatewayState,
  gatewayStateLabels,
  canEventOverrideState,
  pathStateLabels,
  redundancySeverityLevels,
  redundancyLabels,
  sessionStateLabels,
  sessionVerdictLabels,
} from '#lib/gateways/api/state-text.ts'
import type { StateTone } from './drawing/glyph.tsx'
import type { StatusText } from './status.tsx'

const statusOf = (tone: StateTone, name: string): StatusText => ({ tone, word: name.toUpperCase() })

/**
 * Formats the time of the last poll that confirmed a state: `last known at 2026-11-20 18:37 UTC`. It contains the date,
 * because a page can be open, or a collector can be stopped, for days.
 */
export const formatLastKnownMinute = (since: string): string => formatLastKnown(formatUtcMinute(since))

/**
 * Note next to the bounds of a session's outage. The circuit path of the session may show other bounds for the same
 * outage, because they come from all polls of the path.
 */
export const OWN_POLLS_NOTE = ', by its own polls'

/**
 * Returns the status of a resource whose state is unknown, if its last successful polls showed a state: `UP, last
 * known at 19:13:54 UTC`.
 * @param name display name of the last known state
 * @param at time of the last poll that showed it, ISO 8601
 */
export const lastKnownStatus = (name: string, at: string): StatusText => ({
  tone: 'unknown',
  word: name.toUpperCase(),
  at,
})

/**
 * Returns a status without the time of its last known state, for places without space for the time: `UP, last known`.
 * Without this note, the state would look like a current one.
 */
export const omitLastKnownTime = ({ at, ...status }: StatusText): StatusText =>
  at === undefined ? status : { ...status, word: `${status.word}, ${formatLastKnown(null)}` }

/**
 * Adds the detail `last known at …` to a status if no poll has confirmed it recently. Its word and tone are unchanged.
 */
export const addLastKnownMinute = (words: StatusText, unconfirmedSince: string | null): StatusText =>
  unconfirmedSince === null ? words : { ...words, detail: formatLastKnownMinute(unconfirmedSince) }

/**
 * Returns the status of a resource whose polls may have stopped. A loss keeps its word and tone, and names the time
 * of the last poll that confirmed it. Any other status becomes the last known status.
 * @param notPolledSince time of the last successful poll, ISO 8601; absent = it is polled
 */
export function getLastPolledStatus(status: StatusText, notPolledSince: string | undefined): StatusText {
  if (notPolledSince === undefined || status.tone === 'unknown') return status
  return status.tone === 'down' || status.tone === 'degraded'
    ? addLastKnownMinute(status, notPolledSince)
    : lastKnownStatus(status.word, notPolledSince)
}

/** Returns the redundancy of a peering as a status. Use `getCircuitStatus` for a whole circuit. */
export const getRedundancyStatus = ({ redundancy, unconfirmedSince, lastKnown }: CircuitState): StatusText =>
  lastKnown
    ? lastKnownStatus(redundancyLabels[lastKnown.state], lastKnown.at)
    : addLastKnownMinute(statusOf(redundancySeverityLevels[redundancy], redundancyLabels[redundancy]), unconfirmedSince)

type CircuitState = Pick<Circuit, 'redundancy' | 'unconfirmedSince' | 'lastKnown'>

/**
 * Returns the status of a circuit: its redundancy, or an open event that impairs the circuit if that is more important.
 * If the redundancy is unknown and no event impairs the circuit, its last known redundancy is returned.
 */
export const getCircuitStatus = (
  circuit: CircuitState & Pick<Circuit, 'impaired'> & { peerings?: CircuitPeeringStates },
): StatusText =>
  circuit.lastKnown && !circuit.impaired
    ? getRedundancyStatus(circuit)
    : addLastKnownMinute(
        statusOf(
          toneOf(circuit, redundancySeverityLevels[circuit.redundancy], circuit.redundancy),
          formatCircuitState(circuit),
        ),
        circuit.unconfirmedSince ?? circuit.lastKnown?.at ?? null,
      )

const toneOf = (
  { impaired }: Pick<Circuit, 'impaired'>,
  own: StateTone,
  state: Parameters<typeof canEventOverrideState>[0],
): StateTone => (impaired && canEventOverrideState(state) ? impaired.severity : own)

/** Returns the position of a circuit in lists that show the worst circuits first; 0 = worst. */
export const rankCircuit = ({ redundancy, impaired }: Pick<Circuit, 'redundancy' | 'impaired'>): number =>
  circuitsWorstFirst.indexOf(impaired && canEventOverrideState(redundancy) ? 'reduced' : redundancy)

const circuitsWorstFirst: Circuit['redundancy'][] = [
  'no_path',
  'reduced',
  'unknown',
  'single_homed',
  'redundant',
  'disabled',
]

const pathTones: Record<ApiCircuitPath['state'], StateTone> = {
  up: 'up',
  degraded: 'degraded',
  down: 'down',
  disabled: 'off',
  not_configured: 'off',
  unknown: 'unknown',
}
export const getPathStatus = (
  state: ApiCircuitPath['state'],
  unconfirmedSince: string | null = null,
  lastKnown?: ApiCircuitPath['lastKnown'],
) =>
  lastKnown
    ? lastKnownStatus(pathStateLabels[lastKnown.state], lastKnown.at)
    : addLastKnownMinute(statusOf(pathTones[state], pathStateLabels[state]), unconfirmedSince)

/**
 * Returns the status of a gateway: its own state, or an open event that impairs the gateway if that is more important.
 * If the state is unknown and no event impairs the gateway, its last known state is returned.
 */
export const getGatewayStatus = (
  gateway: Pick<Gateway, 'state' | 'impaired' | 'kind' | 'instances' | 'unplaced' | 'unconfirmedSince' | 'lastKnown'>,
): StatusText =>
  gateway.lastKnown && !gateway.impaired
    ? lastKnownStatus(gatewayStateLabels[gateway.lastKnown.state], gateway.lastKnown.at)
    : addLastKnownMinute(
        statusOf(toneOf(gateway, gatewaySeverityLevels[gateway.state], gateway.state), formatGatewayState(gateway)),
        gateway.unconfirmedSince ?? gateway.lastKnown?.at ?? null,
      )

/** Returns the position of a gateway in lists that show the worst gateways first; 0 = worst. */
export const rankGateway = (gateway: Pick<Gateway, 'state' | 'impaired' | 'kind' | 'instances' | 'unplaced'>): number =>
  gatewaysWorstFirst.indexOf(gateway.impaired && canEventOverrideState(gateway.state) ? 'partial' : gateway.state)

const gatewaysWorstFirst: Gateway['state'][] = [
  'isolated',
  'instance_lost',
  'peer_lost',
  'partial',
  'no_prefixes',
  'unknown',
  'changing',
  'not_offered',
  'healthy',
  'not_reported',
  'no_peers',
]

/**
 * Returns the instances of a gateway with their session counts. If Azure reports the peers only for the whole gateway,
 * returns a single entry named `peers`.
 */
export const listPeeredInstances = ({
  unplaced: all,
  instances,
}: Pick<Gateway, 'instances' | 'unplaced'>): Gateway['instances'] =>
  all
    ? [
        {
          address: 'peers',
          reporting: true,
          sessionsUp: all.up,
          sessionsExpected: all.expected,
          ...(all.lastKnown && { lastKnown: all.lastKnown }),
        },
      ]
    : instances

/**
 * Returns the status of a gateway instance: the number of its sessions that are up, or that the instance does not
 * report. If the gateway's state is unknown or no poll has confirmed it recently, the status is the last known number
 * with the detail `last known`, or `not known`.
 */
export function getInstanceStatus(
  {
    reporting,
    sessionsUp,
    sessionsExpected,
    lastKnown,
  }: Pick<Gateway['instances'][number], 'reporting' | 'sessionsUp' | 'sessionsExpected' | 'lastKnown'>,
  { state, unconfirmedSince, unplaced }: Pick<Gateway, 'state' | 'unconfirmedSince' | 'unplaced'>,
): StatusText {
  if (reporting === false) return { tone: 'unknown', word: 'does not report' }
  if (state === 'unknown' || unconfirmedSince !== null)
    return lastKnown
      ? { tone: 'unknown', word: `${lastKnown.up} of ${lastKnown.expected}`, detail: formatLastKnown(null) }
      : { tone: 'unknown', word: 'not known' }
  if (reporting === null || sessionsExpected === 0) return { tone: 'off', word: unplaced ? 'see peers' : 'no peers' }
  const word = `${sessionsUp} of ${sessionsExpected}`
  return {
    tone: sessionsUp >= sessionsExpected && state !== 'no_prefixes' ? 'up' : sessionsUp === 0 ? 'down' : 'degraded',
    word,
  }
}

const verdictTones: Record<BgpSession['verdict'], StateTone> = {
  up: 'up',
  down: 'down',
  disabled: 'off',
  never_established: 'off',
  not_reported: 'unknown',
  unknown: 'unknown',
}
export const getVerdictStatus = (verdict: BgpSession['verdict']) =>
  statusOf(verdictTones[verdict], sessionVerdictLabels[verdict])

/**
 * Returns the status of a session. A session that is down has its state of the BGP state machine (RFC 4271) as detail,
 * as in `DOWN (BGP Active)`. If the verdict (up or down) comes from availability metrics, the detail is `by metrics`,
 * because metrics are less precise than the state of the session itself. If the verdict is unknown, the last known
 * verdict is returned.
 */
export function getSessionStatus(
  session: Pick<BgpSession, 'verdict' | 'state' | 'known' | 'role' | 'evidence' | 'lastSeenAt' | 'lastKnown'>,
): StatusText {
  const words = getVerdictStatus(session.verdict)
  // The shown time is between the last poll before a change and the first poll after it. Either state is possible then.
  if (session.known === 'indeterminate') return { ...words, detail: 'changed between two polls' }
  switch (session.verdict) {
    case 'up':
      return session.evidence === 'metric' ? { ...words, detail: 'by metrics' } : words
    case 'down':
      if (session.known === 'stale' && session.lastSeenAt) return addLastKnownMinute(words, session.lastSeenAt)
      return {
        ...words,
        detail: session.evidence === 'metric' ? 'by metrics' : `BGP ${sessionStateLabels[session.state]}`,
      }
    case 'unknown':
      if (session.lastKnown) return lastKnownStatus(sessionVerdictLabels[session.lastKnown.state], session.lastKnown.at)
      if (session.known === 'stale') return { ...words, detail: 'polls are late' }
      return session.known === 'unknown' ? { ...words, detail: 'not polled then' } : words
    case 'never_established':
      return session.role === 'gateway-peer' ? { ...words, detail: 'normal for a sibling' } : words
    default:
      return words
  }
}

const freshnessTones: Record<DataFreshness['state'], StateTone> = {
  fresh: 'up',
  late: 'degraded',
  stale: 'unknown',
  never: 'unknown',
}
export const getFreshnessStatus = (state: DataFreshness['state']) =>
  statusOf(freshnessTones[state], freshnessStateLabels[state])

const outcomeTones: Partial<Record<PollOutcome, StateTone>> = {
  ok: 'up',
  incomplete: 'degraded',
  throttled: 'degraded',
  locked: 'degraded',
}
export const getOutcomeTone = (outcome: PollOutcome): StateTone => outcomeTones[outcome] ?? 'unknown'

export const stateToneBySeverity: Record<Severity, StateTone> = {
  critical: 'down',
  major: 'down',
  minor: 'degraded',
  warning: 'degraded',
  info: 'notice',
}
