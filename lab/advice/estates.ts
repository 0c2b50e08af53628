import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { UsageHour } from '#lib/cost/rules/index.ts'

export const TEST_YEAR_START_MS = Date.UTC(2026, 0, 1)
export const SIMULATED_YEAR_END_MS = Date.UTC(2027, 0, 1)

export interface SimulatedCircuitWithUsage {
  name: string
  tier: 'Standard' | 'Premium' | 'Local'
  family: 'MeteredData' | 'UnlimitedData'
  bandwidthMbps: number
  /** regions that use the circuit. A Local circuit in London reaches only uksouth. */
  linkedRegions: string[]
  hours: UsageHour[]
  isDeclared: boolean
  /**
   * Returns the hours of this year without the effect of the given kinds of events after the time `after`, because
   * nobody could have known of these events at that time.
   */
  without: (what: readonly UnforeseeableEventKind[], after: number) => UsageHour[]
}

/** Events that past usage cannot show in advance. */
export type UnforeseeableEventKind = 'migration' | 'transfer'

export interface AdviceEstate {
  seed: number
  /** two circuits; each takes over all traffic if the other fails */
  members: [SimulatedCircuitWithUsage, SimulatedCircuitWithUsage]
}

/** Returns a seeded generator of numbers from 0 to 1. The same seed gives the same sequence. */
export function createSeededRandom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}

/** Generates two circuits with a year of hourly usage. */
export function generateEstate(seed: number): AdviceEstate {
  const next = createSeededRandom(seed)
  const one = (name: string) => memberOf(name, next)
  return { seed, members: [one('erc-a'), one('erc-b')] }
}

const SPEEDS = [200, 500, 1_000, 2_000, 5_000]

function memberOf(name: string, next: () => number): SimulatedCircuitWithUsage {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
  const bandwidthMbps = pick(SPEEDS)
  const tier = next() < 0.15 ? 'Premium' : 'Standard'
  const family = next() < 0.6 ? 'MeteredData' : 'UnlimitedData'
  const linkedRegions = next() < 0.5 ? ['uksouth'] : ['uksouth', 'westeurope']
  // most circuits carry a small part of their bandwidth
  const mean = bandwidthMbps * (0.02 + 0.3 * next() ** 2)
  const { hours, without } = yearOf(mean, bandwidthMbps, next)
  return {
    name,
    tier,
    family,
    bandwidthMbps,
    linkedRegions,
    hours,
    without,
    isDeclared: next() < 0.7,
  }
}

/**
 * Generates the hours of a year: office days and weeks, growth, a holiday, backups, and possibly a migration and
 * transfers. Usage is capped at the bandwidth of one path.
 * @param mean Mb/s
 */
function yearOf(
  mean: number,
  bandwidthMbps: number,
  next: () => number,
): Pick<SimulatedCircuitWithUsage, 'hours' | 'without'> {
  const weekly = next() < 0.4 ? 0.005 + 0.02 * next() : 0
  const inbound = next() < 0.3 ? 1.5 + 2 * next() : 0.2 + 0.6 * next()
  const moveAt = next() < 0.2 ? TEST_YEAR_START_MS + next() * (SIMULATED_YEAR_END_MS - TEST_YEAR_START_MS) : null
  const moveBy = 0.4 + 1.4 * next()
  const copies = Array.from(
    { length: Math.floor(next() * 4) },
    () => TEST_YEAR_START_MS + next() * (SIMULATED_YEAR_END_MS - TEST_YEAR_START_MS),
  )
  const holiday = TEST_YEAR_START_MS + (180 + next() * 60) * MS_PER_DAY
  const noises = Array.from(
    { length: (SIMULATED_YEAR_END_MS - TEST_YEAR_START_MS) / MS_PER_HOUR },
    () => 0.85 + 0.3 * next(),
  )
  const hoursOf = (isLeftOut: (what: UnforeseeableEventKind, at: number) => boolean) => {
    const hours: UsageHour[] = []
    for (let start = TEST_YEAR_START_MS; start < SIMULATED_YEAR_END_MS; start += MS_PER_HOUR) {
      const at = new Date(start)
      const day = 1 + 0.6 * Math.cos(((at.getUTCHours() - 13) / 24) * 2 * Math.PI)
      const week = [0, 6].includes(at.getUTCDay()) ? 0.4 : 1.2
      const away = start >= holiday && start < holiday + 21 * MS_PER_DAY ? 0.5 : 1
      const moved = moveAt !== null && start >= moveAt && !isLeftOut('migration', moveAt) ? moveBy : 1
      const grown = (1 + weekly) ** ((start - TEST_YEAR_START_MS) / (7 * MS_PER_DAY))
      const copied = copies.some(
        (from) => start >= from && start < from + 12 * MS_PER_HOUR && !isLeftOut('transfer', from),
      )
        ? 2 * mean
        : 0
      const noise = noises[(start - TEST_YEAR_START_MS) / MS_PER_HOUR] ?? 1
      const backup = at.getUTCHours() < 4 ? 1 : 0.3
      const out = Math.min(bandwidthMbps, mean * day * week * away * moved * grown * noise + copied)
      const into = Math.min(bandwidthMbps, mean * inbound * backup * moved * grown * noise)
      const bytes = (mbps: number) => BigInt(Math.round((mbps * 1e6 * 3_600) / 8))
      hours.push({ start, bytesOut: bytes(out), bytesIn: bytes(into), coveredSeconds: 3_600, metricSeconds: 0 })
    }
    return hours
  }
  return {
    hours: hoursOf(() => false),
    without: (what, after) => hoursOf((event, at) => what.includes(event) && at > after),
  }
}

export const convertHourlyBytesToMbps = (bytes: bigint | null | undefined): number =>
  (Number(bytes ?? 0n) * 8) / 3_600 / 1e6
/** Returns the rate of the busier direction in an hour, in Mb/s. */
export const busierRateMbps = ({ bytesIn, bytesOut }: UsageHour): number =>
  Math.max(convertHourlyBytesToMbps(bytesIn), convertHourlyBytesToMbps(bytesOut))
