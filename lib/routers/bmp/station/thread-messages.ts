import type { RouterConnectionEnd } from '#lib/contract/index.ts'
import type { CollectorEnd } from '../collector/collector-session.ts'
import type { CollectorIdentity } from '../collector/own-messages.ts'

/**
 * Memory in bytes of a received chunk in addition to its length. It is counted because a router may send single bytes.
 */
export const CHUNK_BYTES = 256

/** A block of addresses that may connect. */
export interface AllowedBlock {
  address: string
  /** prefix length in bits */
  length: number
}

export interface ListenerLimits {
  connections: number
  connectionsOfAddress: number
  /** maximum bytes of one connection that wait to be decoded and recorded; above it, the socket is paused */
  waitingBytes: number
}

/** Start parameters of the listening thread. */
export interface ListenerOptions {
  host: string
  /** TCP port; 0 = any free port */
  port: number
  /** addresses that may connect; empty = only the local machine */
  allow: readonly AllowedBlock[]
  limits: ListenerLimits
  /** the collector's identity in BGP sessions with routers; null = routers report by BMP */
  collector: CollectorIdentity | null
}

/**
 * Messages from the listening thread after its start. The times are those at which bytes were read from the socket, by
 * the clock that threads share (`steadyMs`).
 */
export type Arrival =
  | { type: 'refused'; address: string; why: 'not_listed' | 'too_many' }
  | { type: 'opened'; id: number; address: string; port: number; at: number }
  /** `notBefore` is the time before which the events in the chunk cannot have happened; null = unknown */
  | { type: 'data'; id: number; at: number; notBefore: number | null; chunk: Uint8Array }
  /**
   * `error` is the system's error code; null = closed by the router or on request. `end` is the reason why the BGP
   * session ended; null = the session did not end the connection
   */
  | { type: 'closed'; id: number; at: number; lastDataAt: number; error: string | null; end: CollectorEnd | null }

/** Messages to the listening thread, except the stop request. */
export type ToListener =
  | { type: 'done'; id: number; bytes: number }
  | { type: 'close'; id: number; reason: RouterConnectionEnd }
