import type { Arm } from './arm.ts'
import { send } from './send.ts'
import type { Answer, Call, Conversation } from './call.ts'
import { failureOfOperation } from './classify.ts'
import { arrayAt, bodyOf, objectOf } from './decode.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { followPages } from './paging.ts'
import { pause } from './queue.ts'
import { retryAfterSeconds } from './retry-after.ts'

const FIRST_PAUSE_MS = 250
/** most operations end within so many requests; longer ones are requested less and less often */
const QUICK_ROUNDS = 8
const LONGEST_PAUSE_MS = 2_000
/** a `Retry-After: 0` is no invitation to spin */
const SHORTEST_PAUSE_MS = 50

/** What of the SDK's poller is used here. It is thenable: never return one from an async function. */
interface Poller {
  readonly isDone: boolean
  submitted(): Promise<void>
  poll(options: { abortSignal: AbortSignal }): Promise<unknown>
}

export interface BeginOptions {
  abortSignal: AbortSignal
  updateIntervalInMs: number
}

/** The rows of a finished operation, and their place in the answer. */
export interface Table {
  rows: Json[]
  at: string
}

/**
 * Runs one of ARM's diagnostic POSTs to its end and gives its rows, in every form that ARM gives them: inline 200, `Location`,
 * `Azure-AsyncOperation`, or both. The SDK sends the requests; the pauses are ours, since it polls at once whatever the 202 said and
 * then sticks to the first Retry-After that it saw.
 * @throws PollFailure
 */
export async function longRunningRows(call: Call, arm: Arm, begin: (options: BeginOptions) => Poller): Promise<Table> {
  const answer = await send(
    call,
    async (conversation) => {
      const poller = begin({ abortSignal: call.signal, updateIntervalInMs: FIRST_PAUSE_MS })
      await poller.submitted()
      for (let round = 0; !poller.isDone; round++) {
        await pause(pauseBefore(round, conversation), call.signal)
        await poller.poll({ abortSignal: call.signal })
      }
    },
    async (conversation) => outwaitAccepted(arm, conversation),
  )
  const { rows, at, body } = rowsOf(answer)
  return { rows: [...rows, ...(await followPages(call, arm, answer, body))], at }
}

function pauseBefore(round: number, { last, call }: Conversation): number {
  const requested = last && retryAfterSeconds((name) => last.header(name), call.now())
  if (requested !== null) return Math.max(SHORTEST_PAUSE_MS, requested * 1_000)
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.5 ** Math.max(0, round - QUICK_ROUNDS))
}

/**
 * The status resource may say Succeeded while the result still answers 202 (azure-rest-api-specs issue 16734), which
 * the SDK takes for the result.
 */
async function outwaitAccepted(arm: Arm, conversation: Conversation): Promise<void> {
  for (let round = 0; conversation.last?.status === 202; round++) {
    const { last } = conversation
    const next = last.header('location') ?? (round > 0 || isFollowUp(last) ? last.url : undefined)
    if (!next) return
    await pause(pauseBefore(round, conversation), conversation.call.signal)
    await arm.get(new URL(next, last.url).href)
  }
}

/** Whether an answer came from a place that ARM named, rather than from the POST itself. */
function isFollowUp({ url }: Answer): boolean {
  return /\/locations\/[^/]+\/operation/i.test(new URL(url).pathname)
}

/** The rows are at the top, or in the status resource's `properties.output`, which the SDK drops. */
export function rowsOf(answer: Answer): Table & { body: JsonObject } {
  const body = objectOf(bodyOf(answer))
  const { status } = body
  if (typeof status === 'string' && /fail|cancel/i.test(status)) throw failureOfOperation(status, answer.body)
  const { properties } = body
  const output = isJsonObject(properties) ? properties.output : body.output
  const where = isJsonObject(properties) ? 'properties.output' : 'output'
  if (body.value === undefined && Array.isArray(output)) return { rows: output, at: where, body }
  if (body.value === undefined && isJsonObject(output)) {
    return { rows: arrayAt(output.value, `${where}.value`), at: `${where}.value`, body: output }
  }
  return { rows: arrayAt(body.value, 'value'), at: 'value', body }
}
