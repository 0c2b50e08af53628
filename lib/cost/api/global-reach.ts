import { z } from 'zod'
import { bytesCodec, instantCodec } from '#lib/contract/index.ts'

const reachDirection = z.object({
  bytes: bytesCodec.describe('bytes measured by Azure Monitor; a minimum'),
  atMost: bytesCodec
    .nullable()
    .describe(
      'maximum that includes the unmeasured time: bytes that passed the circuit, or that both paths can carry; null = the bandwidth is unknown',
    ),
  coveredSeconds: z.number().describe('measured seconds of the time'),
})

/** Bytes that passed Global Reach in a month, for each circuit. */
export const costGlobalReachSchema = z.object({
  month: z.string().describe('YYYY-MM'),
  from: instantCodec,
  to: instantCodec.describe('exclusive'),
  circuits: z
    .array(
      z.object({
        circuitId: z.string(),
        name: z.string(),
        connections: z
          .array(z.object({ name: z.string(), circuitId: z.string().nullable(), circuitName: z.string().nullable() }))
          .describe(
            'circuits at the other ends; the bytes are the sum of all pairs, so for one connection they are those of the pair',
          ),
        out: reachDirection.describe(
          "bytes from Azure's edge to this circuit's routers, which the circuit's counters include",
        ),
        in: reachDirection,
        seconds: z.number().describe('length of the time in seconds'),
        basis: z
          .enum(['measured', 'declared'])
          .nullable()
          .describe('source of `deducted`; null = neither measured nor declared, so that nothing is deducted'),
        deducted: bytesCodec
          .nullable()
          .describe('bytes that cost subtracts from the billable bytes, in hours for which both are known'),
      }),
    )
    .describe('circuits with Global Reach in this month'),
})
export type CostGlobalReach = z.infer<typeof costGlobalReachSchema>
