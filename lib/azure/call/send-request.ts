import type { EpochMs } from '#lib/contract/index.ts'
import { type ArmResponse, type AzurePollContext, type AzureSdkOperation, runInSdkOperation } from './call.ts'
import { classifyFailedResponse, classifyRequestError } from './classify-failure.ts'
import { DisallowedOriginError, createMalformedFailure, PollFailure, TokenError } from './failure.ts'
import { raceWithAbort } from './until-aborted.ts'

/**
 * Sends one request with the SDK and returns its response as it was received. The SDK's own parsing has no influence:
 * if it fails for a complete 2xx response, Peerwatch still decodes the response itself.
 * @param accept checks the response; by default only a final response is accepted
 * @throws PollFailure for a response that is not accepted; if the caller aborted, {@link AzurePollContext.abandoned} is true
 */
export async function sendThroughSdk(
  call: AzurePollContext,
  operation: (conversation: AzureSdkOperation) => Promise<unknown>,
  accept: (answer: ArmResponse, now: EpochMs) => ArmResponse = requireFinalResponse,
): Promise<ArmResponse> {
  const { conversation, done } = runInSdkOperation(call, async (own) => {
    try {
      await operation(own)
    } catch (error) {
      if (!isReaderFault(error, own)) throw error
    }
  })
  try {
    await raceWithAbort(done, call.signal)
  } catch (error) {
    const { last } = conversation
    if (last && !isOurs(error) && !call.signal.aborted) return accept(last, call.now())
    throw classifyRequestError(error, call)
  }
  if (!conversation.last) throw createMalformedFailure('Azure gave no answer', 'EMPTY_BODY')
  return accept(conversation.last, call.now())
}

/**
 * Reports whether the error only means that the SDK could not map a complete 2xx response to its own model. Peerwatch
 * can still use such a response.
 */
function isReaderFault(error: unknown, { last, call }: AzureSdkOperation): boolean {
  return last !== null && last.status >= 200 && last.status < 300 && !isOurs(error) && !call.signal.aborted
}

function isOurs(error: unknown): boolean {
  return error instanceof PollFailure || error instanceof DisallowedOriginError || error instanceof TokenError
}

/**
 * Returns a response unchanged if it is final and successful (2xx except 202).
 * @param now wall clock time, for a Retry-After with a date
 * @throws PollFailure for all other responses
 */
export function requireFinalResponse(answer: ArmResponse, now: EpochMs): ArmResponse {
  const { status } = answer
  if (status < 200 || status > 299) throw classifyFailedResponse(answer, now)
  if (status === 202) {
    throw createMalformedFailure(
      'Azure accepted the request (202) but named no place to fetch its result',
      'NO_OPERATION',
      202,
    )
  }
  return answer
}
