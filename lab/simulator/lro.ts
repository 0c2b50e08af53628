/**
 * Long-running operations without a list of them: the operation's id carries the request and when it will be done, so
 * that following it is as pure as starting it.
 */
import type { Scenario } from './schema.ts'

export type LroStyle = Scenario['protocol']['lro']['gateway']

export interface Operation {
  /** The POST's path and query. */
  readonly target: string
  readonly body: string
  /** Virtual time that the answer is about. */
  readonly at: number
  /** Virtual time from which the answer is there. */
  readonly ready: number
  readonly style: LroStyle
}

/** An operation as the id of its place: the simulator remembers none, so that a restart loses none. */
export function encodeOperation(o: Operation): string {
  return Buffer.from(JSON.stringify([o.target, o.body, o.at, o.ready, o.style])).toString('base64url')
}

/** Null if the id is none of ours. */
export function decodeOperation(id: string): Operation | null {
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
