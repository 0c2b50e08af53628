import type { AllowedBlock } from '../station/thread-messages.ts'

export interface SyslogLimits {
  /** of TCP, over all senders */
  connections: number
  connectionsOfAddress: number
  /** bytes of one sender that wait to be read and recorded ({@link costOf}); above it its connections are not read, and its datagrams are dropped */
  waitingBytes: number
  /** the same limit for all senders together, because one sender may forge many addresses */
  allWaitingBytes: number
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

/** What arrived and was not handed on, counted by sender: a flood must not become as many messages. */
export interface NotHandedOn {
  address: string
  why: 'not_listed' | 'too_many' | 'dropped'
  count: number
}

/** What is kept of bytes while they wait: an empty datagram takes room, too. */
export const costOf = (bytes: number): number => bytes + 512

/** From the listening thread, once it listens. `at` is of the clock that threads share (`steadyMs`), when bytes were read from the socket. */
export type SyslogArrival =
  | { type: 'notHandedOn'; counts: NotHandedOn[] }
  | { type: 'datagram'; address: string; at: number; bytes: Uint8Array }
  | { type: 'chunk'; id: number; address: string; at: number; bytes: Uint8Array }
  | { type: 'closed'; id: number; address: string; at: number }

/** To the listening thread, beside to stop. */
export type ToSyslogListener = { type: 'done'; address: string; cost: number }
