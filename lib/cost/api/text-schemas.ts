import { z } from 'zod'
import { instantCodec } from '#lib/contract/index.ts'

export const decimalNumberSchema = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,9})?$/, 'must be a decimal number such as 0.0215')
  .describe('decimal number')
export const costCurrencySchema = z.string().regex(/^[A-Z]{3}$/, 'must be a currency code such as USD')
export const createCostTextSchema = (most: number) => z.string().trim().min(1, 'required').max(most)

const signed = z.object({ at: instantCodec, by: z.string(), why: z.string() })
/**
 * A price override or a budget, with the user who made it, the time and the reason. If it was withdrawn, it also has
 * the user, time and reason of the withdrawal.
 */
export const signedStatementSchema = z.object({
  id: z.string(),
  made: signed,
  withdrawn: signed.nullable().describe('null = not withdrawn, so that its own dates apply'),
})
