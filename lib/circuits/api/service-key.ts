import { z } from 'zod'
import { instant } from '#lib/contract/index.ts'

/** That somebody wanted a circuit's service key. The key is in none of this: Peerwatch keeps no key. */
export const serviceKeyRequest = z.object({
  id: z.string(),
  at: instant,
  by: z.string(),
  why: z.string(),
  circuitId: z.string(),
  circuitName: z.string(),
  resourceId: z.string().describe('ARM id of the circuit'),
})
export type ServiceKeyRequest = z.infer<typeof serviceKeyRequest>

export const serviceKeyBody = z.strictObject({
  why: z.string().trim().min(1, 'say what it is needed for').max(500),
})
