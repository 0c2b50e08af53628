import type { Prisma } from '../generated/prisma/client.ts'

/** A value for a JSON column, as JSON.stringify writes it: what is undefined is left out, and dates are text. */
export function json(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value))
}
