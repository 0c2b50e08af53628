import type { Outcome, PollError } from '#lib/contract/index.ts'
import { scrub } from '#lib/platform/secrets.ts'

const LONGEST_DETAIL = 400

/** A poll that did not end in `ok`: an outcome that becomes the observation's. */
export class PollFailure extends Error {
  readonly outcome: Outcome
  readonly error: PollError

  constructor(outcome: Outcome, error: Pick<PollError, 'code' | 'detail'> & Partial<PollError>, cause?: unknown) {
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

/** A link that leads away from the configured endpoint. It is never followed: the token would go with it. */
export class ForeignLinkError extends Error {
  constructor(origin: string) {
    super(`Azure's answer points to ${origin}, which is not the configured endpoint; not followed`)
    this.name = 'ForeignLinkError'
  }
}

/** No token came. `outcome` says on whose side the fault is likely. */
export class TokenError extends Error {
  readonly outcome: Outcome
  readonly code: string

  constructor(outcome: Outcome, code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'TokenError'
    this.outcome = outcome
    this.code = code
  }
}

/** An answer that can't be read, with the path of the field at fault: `value[2].asn: expected number, got object`. */
export function malformed(detail: string, code = 'MALFORMED_BODY', httpStatus: number | null = null): PollFailure {
  return new PollFailure('malformed', { code, detail, httpStatus })
}

/** Whether a failure will meet the next request of the same poll as well: sending it would only add load. */
export function endsAll({ outcome }: PollFailure): boolean {
  return outcome === 'throttled' || outcome === 'unauthorized'
}

/** One line, no credentials, bounded. */
function presentable(text: string): string {
  const line = scrub(text).replace(/\s+/g, ' ').trim()
  return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL - 1)}…` : line
}
