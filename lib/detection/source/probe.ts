import { type EpochMs, type MetricRow, type PollRecord, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import type { ProbeSignal, ProbeState } from '../model/signal.ts'
import type { ProbeDetectionState } from '../model/source-state.ts'

/** Values of Azure's metric TestResult: 0 = unknown, 1 = passed, 2 = warning, 3 = failed. */
const RESULT = { passed: 1, failed: 3 }

/**
 * Evaluates the results of connectivity probes (tests of a connection monitor): whether each probe passes, fails or is
 * unknown, and since when. Azure delivers results late and repeatedly, so results from before the last change are
 * ignored. The state of each probe is reported with every poll, even if no result changed, because the probed address
 * may now be reached through another resource.
 * @returns the given state if no probe changed
 */
export function updateProbeStates(
  probes: Readonly<Record<string, ProbeDetectionState>>,
  rows: readonly MetricRow[],
  mark: PollRecord,
  settings: DetectionSettings,
): { probes: Readonly<Record<string, ProbeDetectionState>>; signals: ProbeSignal[] } {
  const next = { ...probes }
  const signals: ProbeSignal[] = []
  for (const [test, own] of Map.groupBy(rows, ({ dimensions }) => formatProbeName(dimensions))) {
    const known = probes[test] ?? null
    const memory = afterBuckets(known, own, mark, settings)
    const [first] = own
    if (!memory || !first) continue
    if (memory !== known) next[test] = memory
    signals.push({ type: 'probe', test, destination: first.dimensions.destinationaddress ?? '', ...memory })
  }
  const isSame = Object.entries(next).every(([test, memory]) => probes[test] === memory)
  return { probes: isSame ? probes : next, signals }
}

function afterBuckets(
  known: ProbeDetectionState | null,
  rows: readonly MetricRow[],
  mark: PollRecord,
  settings: DetectionSettings,
): ProbeDetectionState | null {
  let memory = known
  let before: EpochMs | null = null
  const buckets = [...Map.groupBy(rows, ({ at }) => at)].toSorted(([a], [b]) => a - b)
  for (const [at, values] of buckets) {
    const until = at + (values[0]?.grainSeconds ?? 0) * 1_000
    if (memory && until <= memory.since.latest) {
      before = at
      continue
    }
    const state = stateOf(values, settings)
    if (state !== memory?.state) {
      const earliest: EpochMs = memory ? (before ?? memory.since.earliest) : INSTANT_BEFORE_MONITORING
      memory = { state, since: { earliest, latest: Math.min(until, Math.max(mark.finishedAt, at)) } }
    }
    before = at
  }
  return memory
}

/**
 * Returns the result of the probe that Azure reports or, if it reports none, a result from the share of checks that
 * failed.
 */
function stateOf(values: readonly MetricRow[], settings: DetectionSettings): ProbeState {
  const average = (name: string) => values.find(({ metric }) => metric === name)?.average ?? null
  const result = average('TestResult')
  if (result !== null) return result >= RESULT.failed ? 'failing' : result >= RESULT.passed ? 'passing' : 'unknown'
  const failed = average('ChecksFailedPercent')
  if (failed === null) return 'unknown'
  return failed / 100 > settings['probe.failed'] ? 'failing' : 'passing'
}

/** Returns the name of a connectivity probe from the dimensions of its metric, whose names are in lower case. */
export function formatProbeName({
  sourcename = '',
  destinationname = '',
  testconfigurationname = '',
}: Readonly<Record<string, string>>): string {
  return `${sourcename} > ${destinationname} (${testconfigurationname})`
}
