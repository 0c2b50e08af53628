import type { RemainingArmRequests, PollOutcome, PollError } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { AzureIdentity } from '../identity/identity.ts'
import { type AzureIdentityChooser, type IdentitySelectionQuery, rankPollOutcome } from '../identity/identity-choice.ts'
import type { PollOptions } from '../types.ts'

/** Result of a query that one identity sent. */
interface Answered {
  outcome: PollOutcome
  error: PollError | null
  budget: RemainingArmRequests | null
  rows: unknown
}

/** Result of one step of a poll; null = the step began an operation that is still running. */
export interface PollStepResult {
  result: Answered | null
}

const NOTHING_SAID = { remainingReads: null, remainingWrites: null }

/**
 * Polls with one identity after the other, until Azure does not refuse the identity itself (for example because it
 * lacks a right). If all are refused, the best result is returned. Each identity uses its own call within the remaining
 * time, so that the times of a result are the times of its own requests.
 * @param first identity that is tried before the others, unless Azure refused it recently, so that it is skipped
 * @param ask polls with one identity; `handsOver` is true if another identity would follow after a refusal
 */
export async function pollWithIdentitiesInTurn<Own extends PollStepResult>(
  {
    choice,
    question,
    clock,
    first,
  }: {
    choice: AzureIdentityChooser<AzureIdentity>
    question: IdentitySelectionQuery
    clock: Clock
    first?: AzureIdentity | undefined
  },
  options: PollOptions,
  ask: (identity: AzureIdentity, options: PollOptions, handsOver: boolean) => Promise<Own>,
): Promise<Own> {
  const { deadlineMs } = options
  const began = clock.monotonic()
  let best: Own | null = null
  const turns = choice.inTurn(question)
  const asking = first && turns.includes(first) ? [first, ...turns.filter((other) => other !== first)] : turns
  for (const identity of asking) {
    const left = deadlineMs === undefined ? null : deadlineMs - (clock.monotonic() - began)
    if (best && left !== null && left <= 0) break
    const own = left === null ? options : { ...options, deadlineMs: left }
    const reached = await ask(identity, own, identity !== asking.at(-1))
    // the operation is still running, so the process that continues it will record its result
    if (reached.result === null) return reached
    const isRefused = recordAnswer(choice, question, identity, reached.result)
    if (!best?.result || isBetter(reached.result, best.result)) best = reached
    if (!isRefused) break
  }
  if (!best?.result) throw new Error('there is no identity')
  withRefusals(best.result, choice, question)
  return best
}

/**
 * Records the result of an operation that one identity began and continued. It has the same effects as the recording in
 * {@link pollWithIdentitiesInTurn}.
 */
export function recordOngoingResult(
  { choice, question }: { choice: AzureIdentityChooser<AzureIdentity>; question: IdentitySelectionQuery },
  identity: AzureIdentity,
  { result }: PollStepResult,
): void {
  if (result === null) return
  recordAnswer(choice, question, identity, result)
  withRefusals(result, choice, question)
}

function recordAnswer(
  choice: AzureIdentityChooser<AzureIdentity>,
  question: IdentitySelectionQuery,
  identity: AzureIdentity,
  result: Answered,
) {
  result.budget = { ...NOTHING_SAID, ...result.budget, identity: identity.name }
  return choice.answered(identity, question, result)
}

function withRefusals(
  result: Answered,
  choice: AzureIdentityChooser<AzureIdentity>,
  question: IdentitySelectionQuery,
): void {
  const refused = choice.refusals(question)
  if (refused.length > 0 && result.budget) result.budget = { ...result.budget, refused }
}

/**
 * Reports whether a result is better than another. If two inventories have equally good outcomes, the inventory with
 * fewer failed lists is better.
 */
function isBetter(answer: Answered, than: Answered): boolean {
  const [own, other] = [rankPollOutcome(answer), rankPollOutcome(than)]
  return own < other || (own === other && failedLists(answer) < failedLists(than))
}

/**
 * Returns the number of lists that failed in an inventory; 99 if no list succeeded. It is 0 for results of other polls.
 */
function failedLists({ rows }: Answered): number {
  if (typeof rows !== 'object' || rows === null || !('failedTypes' in rows) || !('listedTypes' in rows)) return 0
  const { failedTypes, listedTypes } = rows
  return Array.isArray(listedTypes) && listedTypes.length > 0 && Array.isArray(failedTypes) ? failedTypes.length : 99
}
