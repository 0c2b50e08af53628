import { z } from 'zod'
import { bytes, instant } from '#lib/contract/index.ts'

const reachDirection = z.object({
  bytes: bytes.describe('measured by Azure Monitor: at least so many passed'),
  atMost: bytes
    .nullable()
    .describe(
      'with the time that was not measured: no more than passed the circuit, or than both paths carry; null = no bandwidth is known',
    ),
  coveredSeconds: z.number().describe('seconds of the time that were measured'),
})

/** Bytes that passed Global Reach in a month, for each circuit. */
export const costGlobalReach = z.object({
  month: z.string().describe('YYYY-MM'),
  from: instant,
  to: instant.describe('not included'),
  circuits: z
    .array(
      z.object({
        circuitId: z.string(),
        name: z.string(),
        connections: z
          .array(z.object({ name: z.string(), circuitId: z.string().nullable(), circuitName: z.string().nullable() }))
          .describe(
            'the circuits at the other ends; the bytes are of all pairs together, so that of one it is the pair’s',
          ),
        out: reachDirection.describe('out of Azure’s edge to this circuit’s routers, part of its counters'),
        in: reachDirection,
        seconds: z.number().describe('length of the time'),
        basis: z
          .enum(['measured', 'declared'])
          .nullable()
          .describe('of `deducted`; null = neither measured nor declared, and nothing is deducted'),
        deducted: bytes
          .nullable()
          .describe('bytes out that cost takes out of the billable ones, in hours of which both are known'),
      }),
    )
    .describe('circuits with Global Reach in this month'),
})
export type CostGlobalReach = z.infer<typeof costGlobalReach>
