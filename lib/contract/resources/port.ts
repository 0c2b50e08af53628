import type { PortFacts, PortLinkFacts } from '../api/shared-facts.ts'

/** How an ExpressRoute Direct port is configured; null wherever ARM states nothing. */
export interface PortConfig extends PortFacts {
  resource: 'port'
  /** keys (`armKey`) of the circuits on it */
  circuitKeys: string[]
  links: PortLinkConfig[]
}

/** One of the two links of a port, each to a router of its own. */
export interface PortLinkConfig extends PortLinkFacts {
  /** null = no keys are set, so nothing is encrypted */
  macsec: { cipher: string | null; sci: string | null } | null
}

/**
 * Between these light levels a link is healthy, dBm; below, it loses frames sooner or later.
 * Source: Azure ExpressRoute monitoring, Rx and Tx light level of ExpressRoute Direct ("generally falls within a range of -10 dBm to 0 dBm").
 */
export const LIGHT_LIMITS = { least: -10, most: 0 } as const

/** A level that was too low is healthy again only this much above the limit, dB: light near the limit moves about it. */
export const LIGHT_MARGIN = 0.5

/** Below this nothing arrives, dBm: what optics of 10 and 100 Gb/s print without light. */
export const DARK = -30
