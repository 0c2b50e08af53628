import type {
  Circuit,
  CircuitPathView,
  Freshness,
  Gateway,
  Outcome,
  PollKind,
  Session,
  Severity,
} from '#lib/contract/index.ts'
import type { SessionState } from '#lib/bgp/index.ts'
import { formatDuration } from '../format/duration.ts'
import type { Tone } from './glyph.tsx'
import type { StatusWords } from './status.tsx'

const redundancyWords: Record<Circuit['redundancy'], StatusWords> = {
  redundant: { tone: 'up', word: 'REDUNDANT' },
  reduced: { tone: 'degraded', word: 'ONE PATH LEFT' },
  no_path: { tone: 'down', word: 'NO PATH' },
  single_homed: { tone: 'notice', word: 'SINGLE-HOMED' },
  disabled: { tone: 'off', word: 'DISABLED' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}
export const redundancyStatus = (redundancy: Circuit['redundancy']) => redundancyWords[redundancy]

export const circuitsWorstFirst: Circuit['redundancy'][] = [
  'no_path',
  'reduced',
  'unknown',
  'single_homed',
  'redundant',
  'disabled',
]

const pathWords: Record<CircuitPathView['state'], StatusWords> = {
  up: { tone: 'up', word: 'UP' },
  degraded: { tone: 'degraded', word: 'DEGRADED' },
  down: { tone: 'down', word: 'DOWN' },
  disabled: { tone: 'off', word: 'DISABLED' },
  not_configured: { tone: 'off', word: 'NOT CONFIGURED' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}
export const pathStatus = (state: CircuitPathView['state']) => pathWords[state]

const gatewayWords: Record<Gateway['state'], StatusWords> = {
  healthy: { tone: 'up', word: 'HEALTHY' },
  instance_lost: { tone: 'degraded', word: 'INSTANCE LOST' },
  peer_lost: { tone: 'degraded', word: 'PEER LOST' },
  partial: { tone: 'degraded', word: 'PARTIAL' },
  isolated: { tone: 'down', word: 'ISOLATED' },
  changing: { tone: 'notice', word: 'CHANGING' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}
export const gatewayStatus = (state: Gateway['state']) => gatewayWords[state]

export const gatewaysWorstFirst: Gateway['state'][] = [
  'isolated',
  'instance_lost',
  'peer_lost',
  'partial',
  'unknown',
  'changing',
  'healthy',
]

/** One instance of a gateway: how many of its sessions are up, or that it does not report. */
export function instanceStatus({
  reporting,
  sessionsUp,
  sessionsExpected,
}: Pick<Gateway['instances'][number], 'reporting' | 'sessionsUp' | 'sessionsExpected'>): StatusWords {
  if (reporting === false) return { tone: 'unknown', word: 'does not report' }
  const word = `${sessionsUp} of ${sessionsExpected}`
  if (reporting === null) return { tone: 'unknown', word }
  return { tone: sessionsUp >= sessionsExpected ? 'up' : sessionsUp === 0 ? 'down' : 'degraded', word }
}

const verdictWords: Record<Session['verdict'], StatusWords> = {
  up: { tone: 'up', word: 'UP' },
  down: { tone: 'down', word: 'DOWN' },
  disabled: { tone: 'off', word: 'DISABLED' },
  never_established: { tone: 'off', word: 'NEVER CONNECTED' },
  not_reported: { tone: 'unknown', word: 'NOT REPORTED' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}
export const verdictStatus = (verdict: Session['verdict']) => verdictWords[verdict]

const stateWords: Record<SessionState, string> = {
  idle: 'Idle',
  connect: 'Connect',
  active: 'Active',
  openSent: 'OpenSent',
  openConfirm: 'OpenConfirm',
  established: 'Established',
  stopped: 'Stopped',
  unknown: 'unknown',
}

/**
 * A state of RFC 4271's machine never stands alone: it explains a verdict, as in `DOWN (BGP Active)`. A verdict that
 * rests on availability metrics says so: they are coarser than the session's own state.
 */
export function sessionStatus(
  session: Pick<Session, 'verdict' | 'state' | 'known' | 'role' | 'evidence'>,
): StatusWords {
  const words = verdictWords[session.verdict]
  switch (session.verdict) {
    case 'up':
      return session.evidence === 'metric' ? { ...words, detail: 'by metrics' } : words
    case 'down':
      return { ...words, detail: session.evidence === 'metric' ? 'by metrics' : `BGP ${stateWords[session.state]}` }
    case 'unknown':
      if (session.known === 'stale') return { ...words, detail: 'last poll too old' }
      return session.known === 'unknown' ? { ...words, detail: 'not polled then' } : words
    case 'never_established':
      return session.role === 'gateway-peer' ? { ...words, detail: 'normal for a sibling' } : words
    default:
      return words
  }
}

const freshnessWords: Record<Freshness['state'], StatusWords> = {
  fresh: { tone: 'up', word: 'FRESH' },
  late: { tone: 'degraded', word: 'LATE' },
  stale: { tone: 'unknown', word: 'STALE' },
  never: { tone: 'unknown', word: 'NEVER POLLED' },
}
export const freshnessStatus = (state: Freshness['state']) => freshnessWords[state]

/** `LATE 2 min 05 s`: since the last good poll of what makes an answer late or stale. Null while it is neither. */
export function lateWords({ state, latePollAt }: Freshness, now: number): string | null {
  if (state !== 'late' && state !== 'stale') return null
  const { word } = freshnessWords[state]
  return latePollAt === null ? word : `${word} ${formatDuration(now - Date.parse(latePollAt))}`
}

const outcomeText: Record<Outcome, string> = {
  ok: 'answered',
  unauthorized: 'Azure refused the sign-in (401)',
  forbidden: 'Azure refused (403)',
  not_found: 'Azure does not find it (404)',
  throttled: 'Azure asked to slow down (429)',
  unavailable: 'Azure failed to answer',
  timeout: 'Azure did not answer in time',
  malformed: 'Azure answered something unreadable',
  incomplete: 'Azure answered in part',
  superseded: 'overtaken by another worker',
  not_polled: 'not polled',
  paused: 'paused by an operator',
}
/** How a poll ended, as the reason of not knowing: `UNKNOWN: Azure refused (403)`. */
export const outcomeWords = (outcome: Outcome) => outcomeText[outcome]

const outcomeTones: Partial<Record<Outcome, Tone>> = { ok: 'up', incomplete: 'degraded', throttled: 'degraded' }
export const outcomeTone = (outcome: Outcome): Tone => outcomeTones[outcome] ?? 'unknown'

const kindText: Record<PollKind, string> = {
  peers: 'BGP peers',
  summary: 'CE sessions',
  arp: 'ARP',
  stats: 'Counters',
  learned: 'Learned',
  advertised: 'Advertised',
  tables: 'Path tables',
  connection: 'Connections',
  inventory: 'Inventory',
  metrics: 'Metrics',
  activity: 'Activity log',
  probe: 'Probe',
}
export const kindWords = (kind: PollKind) => kindText[kind]

export const severityTone: Record<Severity, Tone> = {
  critical: 'down',
  major: 'down',
  minor: 'degraded',
  warning: 'degraded',
  info: 'notice',
}

const roleText: Record<Session['role'], string> = {
  msee: 'Microsoft edge',
  'gateway-peer': 'sibling instance',
  onprem: 'on-premises',
  other: 'other',
}
export const roleWords = (role: Session['role']) => roleText[role]
