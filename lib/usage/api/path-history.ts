import { z } from 'zod'
import { asPathText, bounds, circuitPaths, instant, ofCircuit } from '#lib/contract/index.ts'

/** Basis of a rate in a chart: two consecutive samples, or an average if samples are no longer stored. */
const trafficBases = ['sample', '5m', 'hour'] as const

const rate = z.number().nullable().describe('bit/s; null = not known')

/** The lowest and the highest rate of a piece of time, so that a peak of one poll is visible. */
const trafficPoint = z.object({
  from: instant,
  to: instant,
  inLow: rate,
  inHigh: rate,
  outLow: rate,
  outHigh: rate,
})
export type TrafficPoint = z.infer<typeof trafficPoint>

/** Traffic of a circuit's paths, with a reduced number of points for a chart. */
export const circuitTraffic = z.object({
  basis: z.enum(trafficBases),
  paths: z.array(
    z.object({
      path: z.enum(circuitPaths),
      points: z.array(trafficPoint).describe('oldest first; time between them is not known'),
    }),
  ),
})
export type CircuitTraffic = z.infer<typeof circuitTraffic>

const tablePath = z
  .array(z.number())
  .nullable()
  .describe('AS path as the customer announced it; null = not in this table')

/** Differences between the route tables of a circuit's two paths. */
export const circuitParity = z.object({
  shared: z.number().int().describe('prefixes in both'),
  unequal: z.number().int().describe('of these, those with another length of AS path'),
  onlyPrimary: z.number().int(),
  onlySecondary: z.number().int(),
  differences: z
    .array(
      z.object({
        prefix: z.string(),
        primary: tablePath,
        primaryText: asPathText,
        secondary: tablePath,
        secondaryText: asPathText,
      }),
    )
    .describe('the first that differ, by address'),
})
export type CircuitParity = z.infer<typeof circuitParity>

/** An interval in which an ARP entry had the same MAC address, or was incomplete. Intervals are listed newest first. */
export const arpInterval = z.object({
  ...ofCircuit,
  interface: z.string(),
  ipAddress: z.string(),
  macAddress: z.string().nullable().describe('null = the entry was incomplete'),
  from: bounds,
  to: bounds.nullable().describe('null while it lasts'),
})
export type ArpInterval = z.infer<typeof arpInterval>
