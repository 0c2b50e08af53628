import { z } from 'zod'
import { instantTextSchema } from '#lib/contract/index.ts'

/** Response of `/api/health`: status 200 and `ok` if the database answers, otherwise 503 and `unavailable`. */
export const healthSchema = z.object({
  status: z.enum(['ok', 'unavailable']),
  newestPollAt: instantTextSchema.nullable().describe('end of the newest recorded poll; null before the first poll'),
  build: z.string().optional().describe('build of Peerwatch that responds; it changes with an upgrade'),
})
export type DatabaseHealth = z.infer<typeof healthSchema>

/** Response of `/api/health/live`: status 200 as long as the process responds, whatever the state of the database. */
export const livenessSchema = z.object({
  status: z.literal('ok'),
  build: z.string().optional().describe('build of Peerwatch that responds'),
})
export type ProcessLiveness = z.infer<typeof livenessSchema>

/**
 * Response of `/api/health/ready`: status 200 if all three fields are true, otherwise 503. Use it for alerts and not as
 * the health check of a load balancer.
 */
export const readinessSchema = z.object({
  writes: z.boolean().describe('whether a write succeeded in the last 5 s'),
  polls: z
    .boolean()
    .describe(
      'whether at least half of the polls ended, successfully or not, within 3 of their intervals (at least 10 s); polls that never ended are not counted; true in the first minute of the web server',
    ),
  alerting: z.boolean().describe('whether alerts were evaluated in the last 30 s'),
})
export type ProcessReadiness = z.infer<typeof readinessSchema>
