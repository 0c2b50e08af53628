import type { EpochMs, Observation, Outcome, PollError, PollTarget } from '#lib/contract/index.ts'

/** Returns the empty rows of a poll kind. */
export const noRowsOf = (kind: Observation['kind']): Observation['rows'] =>
  kind === 'inventory' ? { resources: [], listedTypes: [], failedTypes: [] } : []

/** Returns an observation without rows and its reason: the poll did not take place, or there was no response. */
export function pollWithoutRows(
  about: { target: PollTarget; kind: Observation['kind']; startedAt: EpochMs; finishedAt: EpochMs },
  outcome: Outcome,
  error: Pick<PollError, 'code' | 'detail'>,
): Observation {
  // TypeScript cannot follow a kind to its rows through a union of kinds
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
