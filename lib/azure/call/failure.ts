import type { PollOutcome, PollError } from '#lib/contract/index.ts'
import { maskSecretsInLine } from '#lib/platform/secrets.ts'

const LONGEST_DETAIL = 400

/** Failure of a poll. `outcome` becomes the outcome of the observation. */
export class PollFailure extends Error {
  readonly outcome: PollOutcome
  readonly error: PollError

  constructor(outcome: PollOutcome, error: Pick<PollError, 'code' | 'detail'> & Partial<PollError>, cause?: unknown) {
    super(error.detail, { cause })
    this.name = 'PollFailure'
    this.outcome = outcome
    this.error = {
      httpStatus: null,
      retryAfterSeconds: null,
      missingAction: null,
      ...error,
      detail: presentable(error.detail),
    }
  }
}

/**
 * Error for a link to another host than the configured endpoint. Such a link is not followed, because the token would
 * be sent to that host.
 */
export class DisallowedOriginError extends Error {
  constructor(origin: string) {
    super(`Azure's answer points to ${origin}, which is not the configured endpoint; not followed`)
    this.name = 'ForeignLinkError'
  }
}

/** Error of a request for a token. `outcome` shows whether the sign-in service refused or could not be reached. */
export class TokenError extends Error {
  readonly outcome: PollOutcome
  readonly code: string

  constructor(outcome: PollOutcome, code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'TokenError'
    this.outcome = outcome
    this.code = code
  }
}

/**
 * Returns a failure for a response that cannot be parsed. `detail` should begin with the path of the wrong field, for
 * example `value[2].asn: expected number, got object`.
 */
export function createMalformedFailure(
  detail: string,
  code = 'MALFORMED_BODY',
  httpStatus: number | null = null,
): PollFailure {
  return new PollFailure('malformed', { code, detail, httpStatus })
}

/** Reports whether further requests of the same poll would fail in the same way, so that they should not be sent. */
export function isFailureOfAllRequests({ outcome }: PollFailure): boolean {
  return outcome === 'throttled' || outcome === 'unauthorized'
}

/** Returns an error text as one line of limited length, without credentials. */
function presentable(text: string): string {
  const line = maskSecretsInLine(text).replace(/\s+/g, ' ').trim()
  return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL - 1)}…` : line
}
