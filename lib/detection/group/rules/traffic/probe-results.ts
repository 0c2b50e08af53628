import { type Evidence, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { type DetectionContext, isEventOpen, listLiveEvents, ensureResourceState } from '../../../model/context.ts'

/** Flags of a green_but_dead event, with the results of connectivity probes through its circuit. */
export const PROBES_FAILING_FLAG = 'probes_fail'
const PROBES_PASS = 'probes_pass'

/**
 * Reports whether a connectivity probe through a circuit fails at present. Byte counters that show no traffic are then
 * as reliable as if the usual traffic were well known (docs/rules/detection.md 3.4; probes are never required).
 */
export function isCircuitProbeFailing(context: DetectionContext, circuit: string): boolean {
  return Object.values(ensureResourceState(context, circuit).probes).some(({ state }) => state === 'failing')
}

/**
 * Updates the results of connectivity probes (failing and passing) in the flags and evidence of every open
 * green_but_dead event.
 */
export function recordProbeResults(context: DetectionContext): void {
  for (const live of listLiveEvents(context)) {
    const { event } = live
    if (event.kind !== 'green_but_dead' || !isEventOpen(live)) continue
    const proofs = proofsOf(context, event.scope)
    const states = new Set(proofs.map(({ after }) => after))
    const flags = [
      ...event.flags.filter((flag) => flag !== PROBES_FAILING_FLAG && flag !== PROBES_PASS),
      ...(states.has('failing') ? [PROBES_FAILING_FLAG] : []),
      ...(states.has('passing') ? [PROBES_PASS] : []),
    ]
    const isProof = ({ test, field }: Evidence) => test !== undefined || proofs.some((proof) => proof.field === field)
    live.event = { ...event, flags, evidence: [...event.evidence.filter((item) => !isProof(item)), ...proofs] }
  }
}

function proofsOf(context: DetectionContext, circuit: string): Evidence[] {
  return Object.entries(ensureResourceState(context, circuit).probes)
    .filter(([, { state }]) => state !== 'unknown')
    .map(([test, { state, since }]) => ({
      test,
      field: `test ${test}`,
      before: null,
      after: state,
      sampledBefore: null,
      sampledAfter:
        since.earliest === INSTANT_BEFORE_MONITORING ? { earliest: since.latest, latest: since.latest } : since,
    }))
}
