import { setTimeout as delay } from 'node:timers/promises'
import { cutSilently, dropCarrier, mendCut, raiseCarrier } from '../simulator/daemons/network.ts'
import type { PathName } from '../simulator/vocabulary.ts'
import type { BothEnds } from './both-ends.ts'

export interface Fault {
  /** how the routers' BMP may report it (RFC 7854 section 4.9); empty = it ends no session */
  endsBy: readonly string[]
  /** who owns it, by what the product may name first; empty = nothing is named */
  owners: readonly string[]
  /** one end closes the session by a message that the other reads at once */
  isByMessage?: boolean
  /** what only FRR can do */
  isOfFrr?: boolean
  /** Brings the session back after the given time, or leaves it up. */
  make: (ends: BothEnds, on: PathName, forMs: number) => Promise<void>
}

/** FRR does not say by BMP why it ended a session itself; GoBGP sends the NOTIFICATION. */
const BY_ROUTER = ['local', 'localWithoutNotification']
const CUSTOMER = ['onprem']
const WITHDRAWN = '10.20.1.0/24'

/** What may happen to a session, its routes or its station. */
export const faults = {
  shutdownByAzure: {
    endsBy: ['remote'],
    owners: ['microsoft'],
    isByMessage: true,
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => ends.msee(on).ask(['disable customer']),
        () => ends.msee(on).ask(['enable customer']),
      ),
  },
  resetByAzure: {
    endsBy: ['remote'],
    owners: ['microsoft'],
    isByMessage: true,
    make: (ends, on) => ends.down(on, 0, () => ends.msee(on).ask(['restart customer'])),
  },
  crashOfAzure: {
    endsBy: ['remoteWithoutNotification'],
    owners: [],
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => ends.msee(on).kill(),
        () => ends.msee(on).start(),
      ),
  },
  hangOfAzure: {
    endsBy: BY_ROUTER,
    owners: [],
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => ends.msee(on).pause(),
        () => ends.msee(on).resume(),
      ),
  },
  cut: {
    endsBy: BY_ROUTER,
    owners: ['provider'],
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => cutSilently(on),
        () => mendCut(on),
      ),
  },
  lossOfCarrier: {
    // FRR's log alone names the interface
    endsBy: [...BY_ROUTER, 'log'],
    owners: [],
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => dropCarrier(on),
        () => raiseCarrier(on),
      ),
  },
  clear: {
    endsBy: [...BY_ROUTER, 'remoteWithoutNotification'],
    owners: CUSTOMER,
    isByMessage: true,
    make: (ends, on) => ends.down(on, 0, () => ends.router(on).clear()),
  },
  shutdownByCustomer: {
    // GoBGP may see the connection close before it reports what it sent
    endsBy: [...BY_ROUTER, 'remoteWithoutNotification'],
    owners: CUSTOMER,
    isByMessage: true,
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => ends.router(on).shutDown(),
        () => ends.router(on).enable(),
      ),
  },
  hangOfCustomer: {
    endsBy: [...BY_ROUTER, 'remote', 'remoteWithoutNotification'],
    owners: [],
    make: (ends, on, forMs) => ends.hang(on, forMs),
  },
  crashOfCustomer: { endsBy: [], owners: [], make: (ends, on, forMs) => ends.crash(on, forMs) },
  prefixLimit: {
    endsBy: BY_ROUTER,
    owners: CUSTOMER,
    isByMessage: true,
    isOfFrr: true,
    async make(ends, on, forMs) {
      await ends.announceSpare(0)
      await ends.down(
        on,
        forMs,
        async () => {
          await ends.frr(on)?.limitPrefixes(1)
          // it is the next UPDATE that goes beyond it
          await ends.sendSpare([65_515, 65_515])
        },
        async () => {
          await ends.frr(on)?.limitPrefixes(1_000)
          await ends.router(on).clear()
        },
      )
      await ends.announceSpare(null)
    },
  },
  withdrawalByAzure: {
    endsBy: [],
    owners: [],
    async make(ends) {
      await ends.announceSpare(0)
      await ends.announceSpare(null)
    },
  },
  prependingByAzure: {
    endsBy: [],
    owners: [],
    async make(ends) {
      await ends.announceSpare(0)
      await ends.announceSpare(3)
      await ends.announceSpare(null)
    },
  },
  withdrawalByCustomer: {
    endsBy: [],
    owners: [],
    async make(ends, on, forMs) {
      await ends.router(on).withdraw(WITHDRAWN)
      await delay(forMs)
      await ends.router(on).announce(WITHDRAWN)
    },
  },
  stationAway: {
    endsBy: [...BY_ROUTER, 'remoteWithoutNotification'],
    owners: [],
    make: (ends, on, forMs) =>
      ends.away(() =>
        ends.down(
          on,
          forMs,
          () => ends.router(on).shutDown(),
          () => ends.router(on).enable(),
        ),
      ),
  },
  stationSlow: {
    endsBy: [...BY_ROUTER, 'remoteWithoutNotification'],
    owners: CUSTOMER,
    make: (ends, on) =>
      ends.slow(() =>
        ends.down(
          on,
          1_000,
          () => ends.router(on).shutDown(),
          () => ends.router(on).enable(),
        ),
      ),
  },
} satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

export interface Chosen {
  name: FaultName
  on: PathName
  /** how long it is to last */
  forMs: number
}

/** Faults at random, the same for a seed; each comes once on each path before one comes again. */
export function chooserOf(seed: number, names: readonly FaultName[]): () => Chosen {
  let state = seed >>> 0
  const next = (below: number) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
  const all = names.flatMap((name) => {
    const paths: PathName[] = 'isOfFrr' in faults[name] ? ['primary'] : ['primary', 'secondary']
    return paths.map((on) => ({ name, on }))
  })
  let left: { name: FaultName; on: PathName }[] = []
  return () => {
    if (left.length === 0) left = [...all]
    const [one] = left.splice(next(left.length), 1)
    if (!one) throw new Error('there is no fault to choose')
    return { ...one, forMs: 300 + next(5_000) }
  }
}
