import { type Evidence, BEFORE_MONITORING } from '#lib/contract/index.ts'
import { type FoldContext, isOpen, liveEvents, scopeOf } from '../../../model/context.ts'

/** Flags of a path that is held dead: what tests of reachability through its circuit say. */
export const PROBES_FAIL = 'probes_fail'
const PROBES_PASS = 'probes_pass'

/**
 * Whether a test through a circuit fails now: what its bytes say of a dead path is then as good as what is well known of its past
 * (docs/rules/detection.md 3.4; tests are never required).
 */
export function failsToReach(context: FoldContext, circuit: string): boolean {
  return Object.values(scopeOf(context, circuit).probes).some(({ state }) => state === 'failing')
}

/** Writes what tests say, for or against, beside every path that is held dead, as long as it is. */
export function recordProofs(context: FoldContext): void {
  for (const live of liveEvents(context)) {
    const { event } = live
    if (event.kind !== 'green_but_dead' || !isOpen(live)) continue
    const proofs = proofsOf(context, event.scope)
    const states = new Set(proofs.map(({ after }) => after))
    const flags = [
      ...event.flags.filter((flag) => flag !== PROBES_FAIL && flag !== PROBES_PASS),
      ...(states.has('failing') ? [PROBES_FAIL] : []),
      ...(states.has('passing') ? [PROBES_PASS] : []),
    ]
    const isProof = ({ test, field }: Evidence) => test !== undefined || proofs.some((proof) => proof.field === field)
    live.event = { ...event, flags, evidence: [...event.evidence.filter((item) => !isProof(item)), ...proofs] }
  }
}

function proofsOf(context: FoldContext, circuit: string): Evidence[] {
  return Object.entries(scopeOf(context, circuit).probes)
    .filter(([, { state }]) => state !== 'unknown')
    .map(([test, { state, since }]) => ({
      test,
      field: `test ${test}`,
      before: null,
      after: state,
      sampledBefore: null,
      sampledAfter: since.earliest === BEFORE_MONITORING ? { earliest: since.latest, latest: since.latest } : since,
    }))
}
