import { z } from 'zod'

/** Amount with its currency. Amounts in different currencies are never added. */
export const costMoneySchema = z.object({
  amount: z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .describe('decimal number; money is rounded to cents, prices are as listed'),
  currency: z.string().regex(/^[A-Z]{3}$/),
})
export type MoneyAmount = z.infer<typeof costMoneySchema>
