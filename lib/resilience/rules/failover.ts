import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import type { AzureTestVerdict, EpochMs } from '#lib/contract/index.ts'
import type {
  TrafficMove,
  MaintenanceLossForecastInterval,
  MaintenanceOutlookWindow,
  ResilienceCheck,
  PrefixCounts,
  StoredCircuitFailoverAssessment,
} from '../api/index.ts'
import { formatFailoverVerdict, formatFailoverRisk } from '../api/failover-text.ts'
import type { CircuitFacts } from './checks/posture-facts.ts'

/** Facts from which the verdict on the failover of a circuit is derived. */
export interface FailoverVerdictInput {
  circuit: Pick<CircuitFacts, 'id' | 'name' | 'redundancy' | 'unconfirmedSince'>
  lastDrill: CircuitFacts['lastDrill']
  /** Effect of the loss of the circuit; null = not computed yet. */
  effect: (PrefixCounts & { unread: string[] }) | null
  /**
   * verdict on whether the traffic of the circuit would move to other paths after this loss; null = not computed yet
   */
  move: TrafficMove | null
  /** time until which the routes behind `effect` were known to be unchanged; null = not computed yet */
  at: EpochMs | null
  /** time of the oldest late route table of the gateways of the circuit; null = no table is late */
  lastKnownAt: EpochMs | null
  /** Checks of all resources. */
  checks: readonly Pick<ResilienceCheck, 'scope' | 'state'>[]
  /** Failover tests that were started in Azure, newest first. */
  azureTests: readonly {
    scope: string
    at: EpochMs
    stoppedAt: EpochMs | null
    verdict: AzureTestVerdict | null
    circuits: readonly string[]
  }[]
  now: EpochMs
  /** announced maintenance that is ongoing or in the future, and its effects as far as they were computed */
  ahead: { windows: readonly MaintenanceOutlookWindow[]; intervals: readonly MaintenanceLossForecastInterval[] }
}

/**
 * Returns the verdict on the failover of a circuit. It contains the effect that the loss of the circuit would have, and
 * the evidence that the failover works.
 */
export function determineCircuitFailoverVerdict({
  circuit,
  lastDrill,
  effect,
  move,
  at,
  lastKnownAt,
  checks,
  azureTests,
  ahead,
  now,
}: FailoverVerdictInput): StoredCircuitFailoverAssessment {
  const isDown = circuit.redundancy === 'no_path'
  // If the circuit already has no working path, the current routes do not depend on it. Its loss would seem to have no
  // effect, so the effect is treated as unknown.
  const known = isDown ? null : effect
  // A check whose failure a user accepted is ignored here, as in the scores of checks.
  const own = checks.filter(({ scope, state }) => scope === circuit.id && state !== 'exempt')
  const having = (state: ResilienceCheck['state']) => own.filter((check) => check.state === state).length
  const verdict = {
    circuitId: circuit.id,
    circuitName: circuit.name,
    effect: known,
    move: isDown ? null : move,
    unknown: known ? null : isDown ? ('no_path' as const) : ('not_computed' as const),
    at,
    lastKnownAt: isDown ? circuit.unconfirmedSince : known ? lastKnownAt : null,
    lastTest: findLastTest(circuit.id, lastDrill, azureTests),
    checks: { passed: having('pass'), all: own.length, notEvaluated: having('unknown') },
    nextWork: findNextWork(circuit.id, ahead),
    risk: isDown ? null : formatFailoverRisk({ effect: known, lastKnownAt }),
  }
  return { ...verdict, sentence: formatFailoverVerdict(verdict, now, formatUtcMinute) }
}

function findLastTest(
  id: string,
  lastDrill: FailoverVerdictInput['lastDrill'],
  azureTests: FailoverVerdictInput['azureTests'],
): StoredCircuitFailoverAssessment['lastTest'] {
  const drill = lastDrill && { title: lastDrill.title, at: Date.parse(lastDrill.at), verdict: lastDrill.verdict }
  const [test] = azureTests.filter(
    ({ scope, circuits, verdict }) => (scope === id || circuits.includes(id)) && verdict !== 'running',
  )
  const at = test && (test.stoppedAt ?? test.at)
  if (at === undefined || (drill !== null && at <= drill.at)) return drill
  // The result of an expired test is unknown, because the user who started it did not confirm it.
  return { title: '', at, verdict: test?.verdict === 'pass' || test?.verdict === 'fail' ? test.verdict : 'unknown' }
}

function findNextWork(
  id: string,
  { windows, intervals }: FailoverVerdictInput['ahead'],
): StoredCircuitFailoverAssessment['nextWork'] {
  const [next] = windows
    .filter(({ scopes, takes }) => scopes.includes(id) || takes.some((one) => one.id === id))
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))
  if (!next) return null
  const { title, from, to, unknown } = next
  const during = intervals.filter(({ windows: open }) => open.includes(next.id))
  const isKnown = unknown === null && during.length > 0 && during.every((one) => one.unknown + one.unknownWindows === 0)
  return { title, from, to, cutOff: isKnown ? Math.max(...during.map((one) => one.strandedPrefixes)) : null }
}
