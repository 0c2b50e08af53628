import { z } from 'zod'
import { asPathText, bounds, circuitPaths, instant, ofCircuit } from '#lib/contract/index.ts'

/** What one rate of a chart rests on: two neighbouring samples, or a mean once samples are no longer kept. */
const trafficBases = ['sample', '5m', 'hour'] as const

const rate = z.number().nullable().describe('bit/s; null = not known')

/** The lowest and the highest rate of a piece of time: a spike of one poll stays in sight. */
const trafficPoint = z.object({
  from: instant,
  to: instant,
  inLow: rate,
  inHigh: rate,
  outLow: rate,
  outHigh: rate,
})
export type TrafficPoint = z.infer<typeof trafficPoint>

/** Traffic of a circuit's paths, thinned out for a chart. */
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

/** How the route tables of a circuit's two paths differ. */
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

/** An interval in which an ARP entry had one MAC address, or none. Intervals are listed newest first. */
export const arpInterval = z.object({
  ...ofCircuit,
  interface: z.string(),
  ipAddress: z.string(),
  macAddress: z.string().nullable().describe('null = the entry was incomplete'),
  from: bounds,
  to: bounds.nullable().describe('null while it lasts'),
})
export type ArpInterval = z.infer<typeof arpInterval>
