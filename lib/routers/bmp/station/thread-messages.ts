import type { RouterConnectionEnd } from '#lib/contract/index.ts'
import type { CollectorEnd } from '../collector/collector-session.ts'
import type { CollectorIdentity } from '../collector/own-messages.ts'

/** Bytes that a chunk takes in memory beyond its length. They are counted, because a router may send one byte at a time. */
export const CHUNK_BYTES = 256

/** One block of addresses that may connect. */
export interface AllowedBlock {
  address: string
  /** bits of the network */
  length: number
}

export interface ListenerLimits {
  connections: number
  connectionsOfAddress: number
  /** bytes of one connection that wait to be decoded and recorded; above it, its socket is not read */
  waitingBytes: number
}

/** What the listening thread is started with. */
export interface ListenerOptions {
  host: string
  /** 0 = any free one */
  port: number
  /** empty = this machine alone */
  allow: readonly AllowedBlock[]
  limits: ListenerLimits
  /** what it is in BGP sessions with routers; null = they report by BMP */
  collector: CollectorIdentity | null
}

/** From the listening thread, once it listens. Times are of the clock that threads share (`steadyMs`), when bytes were read from the socket. */
export type Arrival =
  | { type: 'refused'; address: string; why: 'not_listed' | 'too_many' }
  | { type: 'opened'; id: number; address: string; port: number; at: number }
  /** notBefore: what the chunk says had not happened then; null = nothing is known of that */
  | { type: 'data'; id: number; at: number; notBefore: number | null; chunk: Uint8Array }
  /** error: the system's code; null = the router closed, or was asked to. end: why its BGP session made an end; null = nothing did */
  | { type: 'closed'; id: number; at: number; lastDataAt: number; error: string | null; end: CollectorEnd | null }

/** To the listening thread, beside to stop. */
export type ToListener =
  | { type: 'done'; id: number; bytes: number }
  | { type: 'close'; id: number; reason: RouterConnectionEnd }
