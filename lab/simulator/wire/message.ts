/** A request and its answer without a socket: what the pure answer function takes and gives. */

export interface SimRequest {
  readonly method: string
  /** Path and query, as on the request line. */
  readonly target: string
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: string
  /** Origin in front of absolute links, such as `http://127.0.0.1:4711`. */
  readonly base?: string
  /** The machine's time, epoch milliseconds: tokens live by it. Virtual now unless given. */
  readonly wall?: number
}

export interface SimAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /**
   * What the socket does instead of delivering the answer whole: never answers, is reset, ends in the middle of the body,
   * or lets the client wait.
   */
  readonly transport?: 'hang' | 'reset' | 'truncate' | 'slow'
}

export interface ErrorDetail {
  readonly code: string
  readonly message: string
}

/** An error as ARM words it. */
export class ArmError extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  /** What a provider says beside its general code. */
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

/** `JSON.rawJSON` (ES2025 source text access), which the compiler's library does not know yet. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }

/** JSON in which a BigInt is printed as the integer it is, whatever its size. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? rawJSON(String(v)) : v))
}

export function errorAnswer(error: ArmError): SimAnswer {
  const { code, message, details } = error
  const body = JSON.stringify({ error: { code, message, ...(details.length > 0 ? { details } : {}) } })
  return { status: error.status, headers: { ...JSON_TYPE, ...error.headers }, body }
}
