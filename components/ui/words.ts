import type { Circuit, CircuitPathView } from '#lib/circuits/api/index.ts'
import type { Freshness, Outcome, Severity } from '#lib/contract/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { freshnessNames } from '#lib/contract/words/index.ts'
import {
  circuitWord,
  type PeeringStates,
  gatewayLevels,
  gatewayWord,
  isOverruled,
  pathStateNames,
  redundancyLevels,
  redundancyNames,
  sessionStateNames,
  verdictNames,
} from '#lib/gateways/api/state-text.ts'
import type { Tone } from './drawing/glyph.tsx'
import type { StatusText } from './status.tsx'

const statusOf = (tone: Tone, name: string): StatusText => ({ tone, word: name.toUpperCase() })

/** `not confirmed since 18:37 UTC`: of what was proved and is not polled any more. */
export const formatUnconfirmed = (since: string): string => `not confirmed since ${since.slice(11, 16)} UTC`

/** An outage of a session has bounds of its own: a path's are those of all its polls. */
export const BY_OWN_POLLS = ', by its own polls'

/** What is proved keeps its word and its tone, however long nobody has confirmed it. */
const confirmed = (words: StatusText, unconfirmedSince: string | null): StatusText =>
  unconfirmedSince === null ? words : { ...words, detail: formatUnconfirmed(unconfirmedSince) }

/** Of a peering; a circuit has circuitStatus. */
export const redundancyStatus = (redundancy: Circuit['redundancy'], unconfirmedSince: string | null = null) =>
  confirmed(statusOf(redundancyLevels[redundancy], redundancyNames[redundancy]), unconfirmedSince)

/** The one state of a circuit. */
export const circuitStatus = (
  circuit: Pick<Circuit, 'redundancy' | 'impaired' | 'unconfirmedSince'> & { peerings?: PeeringStates },
): StatusText =>
  confirmed(
    statusOf(toneOf(circuit, redundancyLevels[circuit.redundancy], circuit.redundancy), circuitWord(circuit)),
    circuit.unconfirmedSince,
  )

const toneOf = ({ impaired }: Pick<Circuit, 'impaired'>, own: Tone, state: Parameters<typeof isOverruled>[0]): Tone =>
  impaired && isOverruled(state) ? impaired.severity : own

/** Its place among circuits that are listed worst first. */
export const circuitRank = ({ redundancy, impaired }: Pick<Circuit, 'redundancy' | 'impaired'>): number =>
  circuitsWorstFirst.indexOf(impaired && isOverruled(redundancy) ? 'reduced' : redundancy)

const circuitsWorstFirst: Circuit['redundancy'][] = [
  'no_path',
  'reduced',
  'unknown',
  'single_homed',
  'redundant',
  'disabled',
]

const pathTones: Record<CircuitPathView['state'], Tone> = {
  up: 'up',
  degraded: 'degraded',
  down: 'down',
  disabled: 'off',
  not_configured: 'off',
  unknown: 'unknown',
}
export const pathStatus = (state: CircuitPathView['state'], unconfirmedSince: string | null = null) =>
  confirmed(statusOf(pathTones[state], pathStateNames[state]), unconfirmedSince)

/** The one state of a gateway. */
export const gatewayStatus = (
  gateway: Pick<Gateway, 'state' | 'impaired' | 'kind' | 'instances' | 'unplaced' | 'unconfirmedSince'>,
): StatusText =>
  confirmed(
    statusOf(toneOf(gateway, gatewayLevels[gateway.state], gateway.state), gatewayWord(gateway)),
    gateway.unconfirmedSince,
  )

/** Its place among gateways that are listed worst first. */
export const gatewayRank = (gateway: Pick<Gateway, 'state' | 'impaired' | 'kind' | 'instances' | 'unplaced'>): number =>
  gatewaysWorstFirst.indexOf(gateway.impaired && isOverruled(gateway.state) ? 'partial' : gateway.state)

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

/** Instances with their peers, or what is reported of all peers together. */
export const peeredOf = ({
  unplaced: all,
  instances,
}: Pick<Gateway, 'instances' | 'unplaced'>): Gateway['instances'] =>
  all ? [{ address: 'peers', reporting: true, sessionsUp: all.up, sessionsExpected: all.expected }] : instances

/** One instance of a gateway: how many of its sessions are up, or that it does not report. What is not known is no number. */
export function instanceStatus(
  {
    reporting,
    sessionsUp,
    sessionsExpected,
  }: Pick<Gateway['instances'][number], 'reporting' | 'sessionsUp' | 'sessionsExpected'>,
  { state, unconfirmedSince, unplaced }: Pick<Gateway, 'state' | 'unconfirmedSince' | 'unplaced'>,
): StatusText {
  if (reporting === false) return { tone: 'unknown', word: 'does not report' }
  if (state === 'unknown' || unconfirmedSince !== null) return { tone: 'unknown', word: 'not known' }
  if (reporting === null || sessionsExpected === 0) return { tone: 'off', word: unplaced ? 'see peers' : 'no peers' }
  const word = `${sessionsUp} of ${sessionsExpected}`
  return {
    tone: sessionsUp >= sessionsExpected && state !== 'no_prefixes' ? 'up' : sessionsUp === 0 ? 'down' : 'degraded',
    word,
  }
}

const verdictTones: Record<Session['verdict'], Tone> = {
  up: 'up',
  down: 'down',
  disabled: 'off',
  never_established: 'off',
  not_reported: 'unknown',
  unknown: 'unknown',
}
export const verdictStatus = (verdict: Session['verdict']) => statusOf(verdictTones[verdict], verdictNames[verdict])

/**
 * A state of RFC 4271's machine never stands alone: it explains a verdict, as in `DOWN (BGP Active)`. A verdict that
 * rests on availability metrics says so: they are coarser than the session's own state.
 */
export function sessionStatus(
  session: Pick<Session, 'verdict' | 'state' | 'known' | 'role' | 'evidence' | 'lastSeenAt'>,
): StatusText {
  const words = verdictStatus(session.verdict)
  // as of a moment between the polls that saw it change, either state may hold
  if (session.known === 'indeterminate') return { ...words, detail: 'changed between two polls' }
  switch (session.verdict) {
    case 'up':
      return session.evidence === 'metric' ? { ...words, detail: 'by metrics' } : words
    case 'down':
      if (session.known === 'stale' && session.lastSeenAt) return confirmed(words, session.lastSeenAt)
      return {
        ...words,
        detail: session.evidence === 'metric' ? 'by metrics' : `BGP ${sessionStateNames[session.state]}`,
      }
    case 'unknown':
      if (session.known === 'stale') return { ...words, detail: 'last poll too old' }
      return session.known === 'unknown' ? { ...words, detail: 'not polled then' } : words
    case 'never_established':
      return session.role === 'gateway-peer' ? { ...words, detail: 'normal for a sibling' } : words
    default:
      return words
  }
}

const freshnessTones: Record<Freshness['state'], Tone> = {
  fresh: 'up',
  late: 'degraded',
  stale: 'unknown',
  never: 'unknown',
}
export const freshnessStatus = (state: Freshness['state']) => statusOf(freshnessTones[state], freshnessNames[state])

const outcomeTones: Partial<Record<Outcome, Tone>> = {
  ok: 'up',
  incomplete: 'degraded',
  throttled: 'degraded',
  locked: 'degraded',
}
export const outcomeTone = (outcome: Outcome): Tone => outcomeTones[outcome] ?? 'unknown'

export const severityTone: Record<Severity, Tone> = {
  critical: 'down',
  major: 'down',
  minor: 'degraded',
  warning: 'degraded',
  info: 'notice',
}
