import type { AllowedBlock } from '../station/thread-messages.ts'

export interface SyslogLimits {
  /** Maximum number of TCP connections of all senders together. */
  connections: number
  connectionsOfAddress: number
  /**
   * Maximum number of bytes of one sender that may wait to be processed, see {@link estimateWaitingBytes}. If there are
   * more, its TCP connections are not read and its datagrams are dropped.
   */
  waitingBytes: number
  /**
   * Maximum number of waiting bytes of all senders together. It is necessary because the addresses of datagrams can be
   * forged.
   */
  allWaitingBytes: number
  /** Time without data after which a TCP connection is closed, milliseconds. */
  silentMs: number
}

export interface SyslogListenerOptions {
  host: string
  /** Port number for UDP and TCP. */
  port: number
  /** Addresses that may send; empty = only this machine. */
  allow: readonly AllowedBlock[]
  limits: SyslogLimits
}

/**
 * Number of datagrams and connections of one sender that were dropped or refused. They are counted, so that a flood
 * does not cause a message for each of them.
 */
export interface DroppedSyslogInputCount {
  address: string
  why: 'not_listed' | 'too_many' | 'dropped'
  count: number
}

/** Returns the memory that waiting data needs, in bytes. Even an empty datagram needs some. */
export const estimateWaitingBytes = (bytes: number): number => bytes + 512

/**
 * Messages from the listening thread after its start. `at` is the time at which bytes were read from the socket, by the
 * clock that all threads share (`getSteadyMs`).
 */
export type SyslogListenerMessage =
  | { type: 'notHandedOn'; counts: DroppedSyslogInputCount[] }
  | { type: 'datagram'; address: string; at: number; bytes: Uint8Array }
  | { type: 'chunk'; id: number; address: string; at: number; bytes: Uint8Array }
  | { type: 'closed'; id: number; address: string; at: number }

/** Messages to the listening thread, except the request to stop. */
export type MessageToSyslogListener = { type: 'done'; address: string; cost: number }
