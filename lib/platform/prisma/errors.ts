/** What Postgres refused, reported by Prisma. `code` is the SQLSTATE, as in an error of pg, so that both are classified alike. */
export class DatabaseError extends Error {
  override name = 'DatabaseError'
  readonly code: string

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** The row that was to be changed, or had to be there, is not. */
export class MissingRowError extends Error {
  override name = 'MissingRowError'
}

/** What the adapter reports of an error of the server. */
type Reported = { originalCode?: string; originalMessage?: string; kind?: string; code?: string; message?: string }

/** Prisma's own codes for what has no SQLSTATE (https://www.prisma.io/docs/orm/reference/error-reference). */
const STATES: Readonly<Record<string, string>> = {
  P1001: '08001', // not reachable
  P1008: '08006', // silent
  P1017: '08006', // closed
  P2028: '25P04', // Prisma's transaction took too long, or is closed
}

/**
 * Prisma's error as the product's own: {@link DatabaseError} with the server's SQLSTATE, {@link MissingRowError}. What did not come
 * from the server or Prisma, such as a lost connection, is passed on as it is.
 */
export function ownError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code, meta } = error as { code?: string; meta?: { driverAdapterError?: { cause?: Reported } } }
  if (code === 'P2025') return new MissingRowError(error.message, { cause: error })
  const reported =
    meta?.driverAdapterError?.cause ?? (error.name === 'DriverAdapterError' ? (error.cause as Reported) : {})
  const state = reported.originalCode ?? STATES[code ?? '']
  return state ? new DatabaseError(state, reported.originalMessage ?? error.message, error) : error
}
