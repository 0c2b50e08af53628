import type { EpochMs, Observation, Outcome, PollError, PollTarget } from '#lib/contract/index.ts'

/** What a kind of poll holds that read nothing. */
export const noRowsOf = (kind: Observation['kind']): Observation['rows'] =>
  kind === 'inventory' ? { resources: [], listedTypes: [], failedTypes: [] } : []

/** A poll that read nothing, and why: it was not made, or nothing answered. */
export function pollWithoutRows(
  about: { target: PollTarget; kind: Observation['kind']; startedAt: EpochMs; finishedAt: EpochMs },
  outcome: Outcome,
  error: Pick<PollError, 'code' | 'detail'>,
): Observation {
  // the rows are the kind's own, which the compiler can't follow through a union of kinds
  return {
    ...about,
    outcome,
    error: { ...error, httpStatus: null, retryAfterSeconds: null, missingAction: null },
    silentInstances: [],
    budget: null,
    correlationId: '',
    rows: noRowsOf(about.kind),
  } as Observation
}
