/** A request and its response without a socket: input and output of the answer function. */

export interface SimulatedHttpRequest {
  readonly method: string
  /** Path and query, as on the request line. */
  readonly target: string
  /** Names are in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: string
  /** Origin of absolute links, for example `http://127.0.0.1:4711`. */
  readonly base?: string
  /** The machine's time, epoch milliseconds, by which tokens expire. By default the current virtual time. */
  readonly wall?: number
}

export interface SimulatedHttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /**
   * Fault of the transport: the response is never sent (`hang`), the connection is reset (`reset`), it ends in the
   * middle of the body (`truncate`), or the response is delayed (`slow`).
   */
  readonly transport?: 'hang' | 'reset' | 'truncate' | 'slow'
}

export interface ErrorDetail {
  readonly code: string
  readonly message: string
}

/** An error in ARM's format. */
export class ArmError extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  /** Details of a provider in addition to its general code. */
  readonly details: readonly ErrorDetail[]
  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    details: readonly ErrorDetail[] = [],
  ) {
    super(message)
    this.name = 'ArmError'
    this.status = status
    this.code = code
    this.headers = headers
    this.details = details
  }
}

export const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }

/** `JSON.rawJSON` (ES2025 source text access), which the compiler's library does not declare yet. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }

/** Formats JSON in which a BigInt of any size is printed as an integer. */
export function formatJsonWithBigIntegers(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? rawJSON(String(v)) : v))
}

export function errorAnswer(error: ArmError): SimulatedHttpResponse {
  const { code, message, details } = error
  const body = JSON.stringify({ error: { code, message, ...(details.length > 0 ? { details } : {}) } })
  return { status: error.status, headers: { ...JSON_TYPE, ...error.headers }, body }
}
