/** A customer's router that reports by BMP and has a session with one MSEE. */
export interface CustomerBgpSpeaker {
  /** name of the router's network namespace */
  readonly name: string
  readonly asn: number
  readonly routerId: string
  readonly neighbor: { readonly address: string; readonly asn: number }
  readonly announces: readonly string[]
  /** whether the session uses BFD with three packets at 300 ms (RFC 5880) */
  readonly bfd: boolean
  /** address of the BMP station; by default the router's own namespace */
  readonly station?: string
  /** a peer to which the router announces the same prefixes as to the neighbor, and which announces nothing */
  readonly collector?: { readonly address: string; readonly port: number; readonly asn: number }
}

/**
 * Change of the session that the router logged. The change happened between the two times. Times are milliseconds, with
 * microseconds as fraction.
 */
export interface LoggedChange {
  readonly state: 'up' | 'down'
  readonly earliest: number
  readonly latest: number
}

/** Actions of an operator on a running router. */
export interface CustomerRouterControl {
  readonly start: () => Promise<void>
  /** Ends the router's processes like a crash. */
  readonly kill: () => Promise<void>
  /** Stops the process as it is; its neighbor receives nothing. */
  readonly pause: () => void
  readonly resume: () => void
  readonly log: () => LoggedChange[]
  readonly clear: () => Promise<unknown>
  readonly shutDown: () => Promise<unknown>
  readonly enable: () => Promise<unknown>
  readonly withdraw: (prefix: string) => Promise<unknown>
  readonly announce: (prefix: string) => Promise<unknown>
}

/** The port in the router's own namespace at which it reaches the BMP station. */
export const ROUTER_BMP_STATION_PORT = 11_019
/** The port in the router's own namespace at which it reaches the collector of its announcements. */
export const ROUTER_BGP_COLLECTOR_PORT = 1_179
/** The port in the router's own namespace to which it sends its log. */
export const SYSLOG_PORT = 5_514
