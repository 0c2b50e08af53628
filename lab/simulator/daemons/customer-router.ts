/** A customer's router that reports by BMP. Its session is with one MSEE. */
export interface CustomerSpeaker {
  /** of its namespace */
  readonly name: string
  readonly asn: number
  readonly routerId: string
  readonly neighbor: { readonly address: string; readonly asn: number }
  readonly announces: readonly string[]
  /** BFD of 300 ms x 3 (RFC 5880) */
  readonly bfd: boolean
  /** where it finds the station for BMP; itself unless given */
  readonly station?: string
  /** who is announced the same as the neighbor, and announces nothing */
  readonly collector?: { readonly address: string; readonly port: number; readonly asn: number }
}

/** A change of the session, as the router's own log has it: at some moment within the bounds, milliseconds with microseconds behind the point. */
export interface LoggedChange {
  readonly state: 'up' | 'down'
  readonly earliest: number
  readonly latest: number
}

/** What an operator does to a router that runs. */
export interface CustomerRouter {
  readonly start: () => Promise<void>
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>
  /** Stops it in the middle of whatever it does; its neighbor receives nothing. */
  readonly pause: () => void
  readonly resume: () => void
  readonly log: () => LoggedChange[]
  readonly clear: () => Promise<unknown>
  readonly shutDown: () => Promise<unknown>
  readonly enable: () => Promise<unknown>
  readonly withdraw: (prefix: string) => Promise<unknown>
  readonly announce: (prefix: string) => Promise<unknown>
}

/** The port of its own namespace that a router finds the station for BMP at. */
export const BMP_PORT = 11_019
/** The same for the collector of what it announces. */
export const BGP_PORT = 1_179
/** The same for its log. */
export const SYSLOG_PORT = 5_514
