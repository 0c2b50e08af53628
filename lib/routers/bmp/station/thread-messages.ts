import type { RouterConnectionEndReason } from '#lib/contract/index.ts'
import type { CollectorSessionEnd } from '../collector/collector-session.ts'
import type { CollectorBgpParameters } from '../collector/encode-bgp-messages.ts'

/**
 * Memory of a received chunk in bytes, in addition to its length. It is significant if a router sends its data in very
 * small chunks.
 */
export const RECEIVED_CHUNK_OVERHEAD_BYTES = 256

/** A range of addresses that may connect, for example 10.0.0.0 with the length 8. */
export interface AllowedBlock {
  address: string
  /** Prefix length in bits. */
  length: number
}

export interface ListenerLimits {
  connections: number
  connectionsOfAddress: number
  /**
   * Maximum number of bytes of one connection that may wait to be decoded and recorded. If there are more, the socket
   * is not read.
   */
  waitingBytes: number
}

/** Options of the listening thread. */
export interface ListenerOptions {
  host: string
  /** TCP port; 0 = any free port */
  port: number
  /** Addresses that may connect; empty = only this machine. */
  allow: readonly AllowedBlock[]
  limits: ListenerLimits
  /** ASN and hold time for BGP sessions with Peerwatch's collector; null = routers report by BMP. */
  collector: CollectorBgpParameters | null
}

/**
 * Messages from the listening thread after its start. `at` is the time at which bytes were read from the socket. It
 * comes from the clock that all threads share (`getSteadyMs`).
 */
export type ListenerMessage =
  | { type: 'refused'; address: string; why: 'not_listed' | 'too_many' }
  | { type: 'opened'; id: number; address: string; port: number; at: number }
  /** `notBefore` is the earliest time at which the events in the chunk may have happened; null = unknown. */
  | { type: 'data'; id: number; at: number; notBefore: number | null; chunk: Uint8Array }
  /**
   * `error` is an error code of the system; null = the connection was closed by the router or on request. `end` is set
   * if the BGP session was the reason for closing the connection.
   */
  | {
      type: 'closed'
      id: number
      at: number
      lastDataAt: number
      error: string | null
      end: CollectorSessionEnd | null
    }

/** Messages to the listening thread, except the request to stop. */
export type MessageToListener =
  | { type: 'done'; id: number; bytes: number }
  | { type: 'close'; id: number; reason: RouterConnectionEndReason }
