import { z } from 'zod'
import { instant } from './envelope.ts'

export const probeResults = ['pass', 'warning', 'fail', 'unknown'] as const

const end = z.object({ name: z.string(), address: z.string() })

/** One bucket of a test's results; what Azure did not measure in it is null. */
export const probePoint = z.object({
  at: instant.describe('begin of the bucket'),
  seconds: z.number(),
  failedShare: z.number().min(0).max(1).nullable().describe('share of checks that failed'),
  roundTripMs: z.number().nullable(),
  result: z
    .enum(probeResults)
    .nullable()
    .describe("Azure's own verdict by the monitor's thresholds; null where it gives none"),
})

export const probe = z.object({
  scope: z.string().describe('the connection monitor'),
  resourceId: z.string(),
  monitor: z.string(),
  test: z.string(),
  source: end,
  destination: end,
  protocol: z.string(),
  points: z.array(probePoint),
})
export type Probe = z.infer<typeof probe>
