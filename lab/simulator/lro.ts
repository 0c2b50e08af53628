/**
 * Long-running operations for which no state is stored. The ID of an operation contains its request and the time at
 * which it is done, so that the answer to a request for its status depends only on the ID.
 */
import type { SimulatorScenario } from './schema.ts'

export type LroStyle = SimulatorScenario['protocol']['lro']['gateway']

export interface EncodedLongRunningOperation {
  /** The POST's path and query. */
  readonly target: string
  readonly body: string
  /** Virtual time for which the result is true. */
  readonly at: number
  /** Virtual time from which the result is available. */
  readonly ready: number
  readonly style: LroStyle
}

/** Encodes an operation as the ID in its URL. The simulator stores no operations, so that a restart loses none. */
export function encodeOperation(o: EncodedLongRunningOperation): string {
  return Buffer.from(JSON.stringify([o.target, o.body, o.at, o.ready, o.style])).toString('base64url')
}

/** Decodes the ID of an operation; null if the ID is invalid. */
export function decodeOperation(id: string): EncodedLongRunningOperation | null {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'))
  } catch {
    return null
  }
  if (!Array.isArray(value)) return null
  const [target, body, at, ready, style] = value as unknown[]
  if (typeof target !== 'string' || typeof body !== 'string' || typeof at !== 'number') return null
  if (typeof ready !== 'number' || typeof style !== 'string') return null
  return { target, body, at, ready, style: style as LroStyle }
}
