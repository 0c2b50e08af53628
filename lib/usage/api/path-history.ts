import { z } from 'zod'
import { asPathTextSchema, boundsCodec, circuitPaths, instantCodec, circuitPathFields } from '#lib/contract/index.ts'

/**
 * Kinds of data from which the rates of a chart are computed: pairs of consecutive samples, or averages over 5 minutes
 * or an hour if the samples were already deleted.
 */
const trafficBases = ['sample', '5m', 'hour'] as const

const rate = z.number().nullable().describe('bit/s; null = unknown')

/** The lowest and the highest rate in a time interval, so that short peaks are visible. */
const trafficPoint = z.object({
  from: instantCodec,
  to: instantCodec,
  inLow: rate,
  inHigh: rate,
  outLow: rate,
  outHigh: rate,
})
export type TrafficChartPoint = z.infer<typeof trafficPoint>

/** Traffic of the paths of a circuit, with a limited number of points for a chart. */
export const circuitTrafficSchema = z.object({
  basis: z.enum(trafficBases),
  paths: z.array(
    z.object({
      path: z.enum(circuitPaths),
      points: z.array(trafficPoint).describe('oldest first; the rate between points that do not touch is unknown'),
    }),
  ),
})
export type CircuitTraffic = z.infer<typeof circuitTrafficSchema>

const tablePath = z
  .array(z.number())
  .nullable()
  .describe('AS path as the customer announced it; null = not in this table')

/** Differences between the route tables of the two paths of a circuit. */
export const circuitParitySchema = z.object({
  shared: z.number().int().describe('number of prefixes in both tables'),
  unequal: z.number().int().describe('number of these with a different length of the AS path'),
  onlyPrimary: z.number().int(),
  onlySecondary: z.number().int(),
  differences: z
    .array(
      z.object({
        prefix: z.string(),
        primary: tablePath,
        primaryText: asPathTextSchema,
        secondary: tablePath,
        secondaryText: asPathTextSchema,
      }),
    )
    .describe('the first differences, in the order of the prefixes'),
})
export type CircuitPathParity = z.infer<typeof circuitParitySchema>

/**
 * An interval in which an ARP entry had the same MAC address, or was incomplete. In a list, the newest interval is
 * first.
 */
export const arpIntervalSchema = z.object({
  ...circuitPathFields,
  interface: z.string(),
  ipAddress: z.string(),
  macAddress: z.string().nullable().describe('null = the entry was incomplete'),
  from: boundsCodec,
  to: boundsCodec.nullable().describe('null = ongoing'),
})
export type ArpEntryInterval = z.infer<typeof arpIntervalSchema>
