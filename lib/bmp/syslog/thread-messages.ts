import type { EpochMs } from '#lib/contract/index.ts'
import type { AllowedBlock } from '../station/thread-messages.ts'

export interface SyslogLimits {
  /** of TCP, over all senders */
  connections: number
  connectionsOfAddress: number
  /** bytes of one sender that wait to be read and recorded; above it its connections are not read, and its datagrams are dropped */
  waitingBytes: number
  /** a connection that says nothing for so long is closed, milliseconds */
  silentMs: number
}

export interface SyslogListenerOptions {
  host: string
  /** the same for UDP and TCP */
  port: number
  /** empty = this machine alone */
  allow: readonly AllowedBlock[]
  limits: SyslogLimits
}

/** From the listening thread. `at` is the wall clock when bytes were read from the socket. */
export type FromSyslogListener =
  | { type: 'listening'; port: number }
  | { type: 'failed'; code: string }
  | { type: 'refused'; address: string; why: 'not_listed' | 'too_many' }
  | { type: 'datagram'; address: string; at: EpochMs; bytes: Uint8Array }
  | { type: 'chunk'; id: number; address: string; at: EpochMs; bytes: Uint8Array }
  | { type: 'closed'; id: number; address: string; at: EpochMs }
  | { type: 'dropped'; address: string }

/** To the listening thread. */
export type ToSyslogListener = { type: 'done'; address: string; bytes: number } | { type: 'stop' }
