/** Faults of a site, caused on real routers and links. */
import { cutSilently, dropCarrier, mendCut, CIRCUIT_PATH_NAMES, raiseCarrier } from '../simulator/daemons/network.ts'
import type { PathName } from '../simulator/vocabulary.ts'
import type { BirdDaemon } from '../simulator/daemons/bird-daemon.ts'
import type { FrrDaemon } from '../simulator/daemons/frr-daemon.ts'
import type { NocSite } from './estate.ts'

/** Parts of a site on which faults are caused. */
export interface FaultInjectionSite {
  plan: NocSite
  router: (on: PathName) => FrrDaemon
  msee: (on: PathName) => BirdDaemon
  isUp: (on: PathName) => Promise<void>
  every: (ms: number | null, act?: (isOdd: boolean) => Promise<void>) => Promise<void>
}

export interface NocFault {
  /** null if neither the routers nor the counters prove an owner */
  owner: 'microsoft' | 'provider' | 'onprem' | null
  /** whether the fault is in the announced routes, so that the session stays up */
  isOfRoutes?: boolean
  /** whether the link loses a part of the packets, which lasts for the whole fault although the sessions may stay up */
  isLossy?: boolean
  /** prefixes have no path during the fault, so that somebody must be woken at night */
  cutsOff?: boolean
  /** the fault ends immediately without an action */
  isShort?: boolean
  begin: (site: FaultInjectionSite, on: PathName) => unknown
  end?: (site: FaultInjectionSite, on: PathName) => unknown
}

/**
 * Period in milliseconds in which a lossy link alternately loses all packets and no packets, so that it loses half of
 * them.
 */
const BURST_MS = 1_000
const FLAPS = 3

export const nocFaults = {
  shutdownByAzure: {
    owner: 'microsoft',
    begin: (site, on) => site.msee(on).ask(['disable customer']),
    end: (site, on) => site.msee(on).ask(['enable customer']),
  },
  resetByAzure: { owner: 'microsoft', isShort: true, begin: (site, on) => site.msee(on).ask(['restart customer']) },
  crashOfAzure: {
    owner: null,
    begin: (site, on) => site.msee(on).kill(),
    end: (site, on) => site.msee(on).start(),
  },
  hangOfAzure: {
    owner: null,
    begin: (site, on) => site.msee(on).pause(),
    end: (site, on) => site.msee(on).resume(),
  },
  cut: { owner: 'provider', begin: (_, on) => cutSilently(on), end: (_, on) => mendCut(on) },
  lossOfCarrier: { owner: null, begin: (_, on) => dropCarrier(on), end: (_, on) => raiseCarrier(on) },
  clear: { owner: 'onprem', isShort: true, begin: (site, on) => site.router(on).clear() },
  shutdownByCustomer: {
    owner: 'onprem',
    begin: (site, on) => site.router(on).shutDown(),
    end: (site, on) => site.router(on).enable(),
  },
  hangOfCustomer: {
    owner: null,
    begin: (site, on) => site.router(on).pause(),
    end: (site, on) => site.router(on).resume(),
  },
  crashOfCustomer: {
    owner: null,
    begin: (site, on) => site.router(on).kill(),
    end: (site, on) => site.router(on).start(),
  },
  flap: {
    owner: 'onprem',
    async begin(site, on) {
      for (let n = 0; n < FLAPS; n++) {
        await site.router(on).clear()
        await site.isUp(on)
      }
    },
    isShort: true,
  },
  bothPaths: {
    owner: null,
    cutsOff: true,
    begin: () => Promise.all(CIRCUIT_PATH_NAMES.map(cutSilently)),
    end: () => Promise.all(CIRCUIT_PATH_NAMES.map(mendCut)),
  },
  lossyLink: {
    owner: 'provider',
    isLossy: true,
    begin: (site, on) => site.every(BURST_MS, (isOdd) => (isOdd ? cutSilently(on) : mendCut(on))),
    async end(site, on) {
      await site.every(null)
      await mendCut(on)
    },
  },
  withdrawal: {
    owner: 'onprem',
    cutsOff: true,
    isOfRoutes: true,
    begin: (site) => Promise.all(CIRCUIT_PATH_NAMES.map((on) => site.router(on).withdraw(site.plan.branch))),
    end: (site) => Promise.all(CIRCUIT_PATH_NAMES.map((on) => site.router(on).announce(site.plan.branch))),
  },
  prepending: {
    owner: 'onprem',
    isOfRoutes: true,
    begin: (site, on) => site.router(on).prepend(true),
    end: (site, on) => site.router(on).prepend(false),
  },
  leak: {
    owner: 'onprem',
    isOfRoutes: true,
    async begin(site, on) {
      for (const prefix of site.plan.foreign) await site.router(on).announce(prefix)
    },
    async end(site, on) {
      for (const prefix of site.plan.foreign) await site.router(on).withdraw(prefix)
    },
  },
} satisfies Record<string, NocFault>

export type FaultName = keyof typeof nocFaults
export const faultNames = Object.keys(nocFaults) as FaultName[]

/** A fault that truly happened. Times are milliseconds of this machine's clock. */
export interface InjectedNocFault {
  site: number
  name: FaultName
  on: PathName
  /** time of the action that caused it, or of the first of several */
  act: number
  /** first moment at which either end of the session noticed it; the time of the action if the session stayed up */
  wire: number
  /** moment at which both ends of the session worked normally again */
  until: number
}

export interface ChosenNocFault {
  name: FaultName
  on: PathName
  forMs: number
  /** time from the begin of this fault's time slot to the action, in milliseconds */
  afterMs: number
}

/**
 * Returns a function that chooses random faults, reproducibly for a seed. Each kind occurs once on each path before one
 * is repeated.
 */
export function createNocFaultChooser(
  next: (below: number) => number,
  names: readonly FaultName[] = faultNames,
): () => ChosenNocFault {
  let left: { name: FaultName; on: PathName }[] = []
  return () => {
    if (left.length === 0) left = names.flatMap((name) => CIRCUIT_PATH_NAMES.map((on) => ({ name, on })))
    const [one] = left.splice(next(left.length), 1)
    if (!one) throw new Error('there is no fault to choose')
    return { ...one, forMs: 20_000 + next(60_000), afterMs: next(20_000) }
  }
}
