import type { ArmBudget, Outcome, PollError } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Identity } from '../identity/identity.ts'
import { type IdentityChoice, type Question, rankOfAnswer } from '../identity/identity-choice.ts'
import type { PollOptions } from '../types.ts'

/** What one identity's question came to. */
interface Answered {
  outcome: Outcome
  error: PollError | null
  budget: ArmBudget | null
  rows: unknown
}

/** An end, or an operation that goes on: null. */
export interface Reached {
  result: Answered | null
}

const NOTHING_SAID = { remainingReads: null, remainingWrites: null }

/**
 * Asks one identity after the other until one is not refused for what it is; of refusals the best is taken. Each asks in a call of its
 * own, so that the answer is dated by its own request, within what is left of the deadline.
 * @param first who is asked before the others, unless it is passed over
 * @param ask `handsOver`: somebody is asked after this one, if it is refused
 */
export async function fetchInTurn<Own extends Reached>(
  {
    choice,
    question,
    clock,
    first,
  }: { choice: IdentityChoice<Identity>; question: Question; clock: Clock; first?: Identity | undefined },
  options: PollOptions,
  ask: (identity: Identity, options: PollOptions, handsOver: boolean) => Promise<Own>,
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
    // of an operation that began, the end is noted by whoever goes on with it
    if (reached.result === null) return reached
    const isRefused = recordAnswer(choice, question, identity, reached.result)
    if (!best?.result || isBetter(reached.result, best.result)) best = reached
    if (!isRefused) break
  }
  if (!best?.result) throw new Error('there is no identity')
  withRefusals(best.result, choice, question)
  return best
}

/** As {@link fetchInTurn} notes an answer, of the identity that began an operation and goes on with it. */
export function recordOngoing(
  { choice, question }: { choice: IdentityChoice<Identity>; question: Question },
  identity: Identity,
  { result }: Reached,
): void {
  if (result === null) return
  recordAnswer(choice, question, identity, result)
  withRefusals(result, choice, question)
}

function recordAnswer(choice: IdentityChoice<Identity>, question: Question, identity: Identity, result: Answered) {
  result.budget = { ...NOTHING_SAID, ...result.budget, identity: identity.name }
  return choice.answered(identity, question, result)
}

function withRefusals(result: Answered, choice: IdentityChoice<Identity>, question: Question): void {
  const refused = choice.refusals(question)
  if (refused.length > 0 && result.budget) result.budget = { ...result.budget, refused }
}

/** Of equally good answers, the one that more was read of. */
function isBetter(answer: Answered, than: Answered): boolean {
  const [own, other] = [rankOfAnswer(answer), rankOfAnswer(than)]
  return own < other || (own === other && failedLists(answer) < failedLists(than))
}

/** Lists of an inventory that failed; where none was begun, all of them. */
function failedLists({ rows }: Answered): number {
  if (typeof rows !== 'object' || rows === null || !('failedTypes' in rows) || !('listedTypes' in rows)) return 0
  const { failedTypes, listedTypes } = rows
  return Array.isArray(listedTypes) && listedTypes.length > 0 && Array.isArray(failedTypes) ? failedTypes.length : 99
}
