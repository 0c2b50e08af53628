import type { EpochMs, PollObservation, PollOutcome, PollError, PollTarget } from '#lib/contract/index.ts'

/** Returns the value of `rows` of a poll that read nothing. */
export const createEmptyRows = (kind: PollObservation['kind']): PollObservation['rows'] =>
  kind === 'inventory' ? { resources: [], listedTypes: [], failedTypes: [] } : []

/** Returns a poll without rows, with a reason: it did not take place, or its response is missing or cannot be used. */
export function createPollWithoutRows(
  about: { target: PollTarget; kind: PollObservation['kind']; startedAt: EpochMs; finishedAt: EpochMs },
  outcome: PollOutcome,
  error: Pick<PollError, 'code' | 'detail'>,
): PollObservation {
  // cast, because TypeScript cannot relate a kind to its rows in a union
  return {
    ...about,
    outcome,
    error: { ...error, httpStatus: null, retryAfterSeconds: null, missingAction: null },
    silentInstances: [],
    budget: null,
    correlationId: '',
    rows: createEmptyRows(about.kind),
  } as PollObservation
}
