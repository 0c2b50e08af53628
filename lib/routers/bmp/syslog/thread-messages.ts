import type { AllowedBlock } from '../station/thread-messages.ts'

export interface SyslogLimits {
  /** maximum number of TCP connections of all senders */
  connections: number
  connectionsOfAddress: number
  /**
   * maximum bytes of one sender that wait to be read and recorded, see {@link costOf}. Above it, the sender's
   * connections are paused and its datagrams are dropped
   */
  waitingBytes: number
  /** maximum waiting bytes of all senders together. It is needed because one sender may forge many addresses */
  allWaitingBytes: number
  /** time in milliseconds without data after which a connection is closed */
  silentMs: number
}

export interface SyslogListenerOptions {
  host: string
  /** port number for both UDP and TCP */
  port: number
  /** addresses that may send; empty = only the local machine */
  allow: readonly AllowedBlock[]
  limits: SyslogLimits
}

/**
 * Number of dropped datagrams and refused connections or datagrams of one sender. They are counted because a flood
 * should not cause a message for each of them.
 */
export interface NotHandedOn {
  address: string
  why: 'not_listed' | 'too_many' | 'dropped'
  count: number
}

/**
 * Returns the estimated memory of waiting bytes. The constant is included because even an empty datagram takes memory.
 */
export const costOf = (bytes: number): number => bytes + 512

/**
 * Messages from the listening thread after its start. `at` is the time at which bytes were read from the socket, by the
 * clock that threads share (`steadyMs`).
 */
export type SyslogArrival =
  | { type: 'notHandedOn'; counts: NotHandedOn[] }
  | { type: 'datagram'; address: string; at: number; bytes: Uint8Array }
  | { type: 'chunk'; id: number; address: string; at: number; bytes: Uint8Array }
  | { type: 'closed'; id: number; address: string; at: number }

/** Messages to the listening thread, except the stop request. */
export type ToSyslogListener = { type: 'done'; address: string; cost: number }
