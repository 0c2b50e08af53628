import { z } from 'zod'
import { type HindranceKind, hindranceKinds } from './move-text.ts'

const count = z.int().min(0)

const hindranceSchema = z.object({
  kind: z.enum(Object.keys(hindranceKinds) as HindranceKind[]),
  scope: z.string().nullable().describe('short id of the circuit, gateway or hub that hinders; null = a site'),
  scopeName: z.string(),
  prefixes: z.array(z.string()).describe('hindered prefixes, at most 5'),
  count: count.describe('number of hindered prefixes'),
  text: z.string().describe('the hindrance as one sentence'),
})
export type FailoverHindrance = z.infer<typeof hindranceSchema>

const moveVerdicts = ['moves', 'partly', 'does_not_move', 'unknown'] as const
export type TrafficMoveVerdict = (typeof moveVerdicts)[number]

export const moveSchema = z.object({
  verdict: z
    .enum(moveVerdicts)
    .nullable()
    .describe(
      'unknown = a table was not read, or an outcome depends on an unknown circuit path; null = the lost resource carries no traffic now, so that nothing has to move',
    ),
  to: z
    .array(
      z.object({
        circuitId: z.string().nullable().describe('null = a VPN or an appliance'),
        name: z.string(),
        prefixes: count.describe('number of different prefixes that it carries after the loss'),
      }),
    )
    .describe('circuits and gateways that take over, the largest number of prefixes first'),
  evidence: z
    .array(z.enum(['tables', 'reports']))
    .describe("tables = Azure's route tables, reports = routes that the customer's routers report by BMP"),
  hindrances: z.array(hindranceSchema).describe('everything that hinders the move, the worst first, at most 20'),
  sentence: z.string().describe('the verdict as one sentence, without the hindrances'),
})
/** Verdict on whether traffic moves to other paths after a loss, with the hindrances. */
export type TrafficMove = z.infer<typeof moveSchema>
