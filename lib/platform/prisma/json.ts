import type { Prisma } from '../generated/prisma/client.ts'

/**
 * Returns a value for a JSON column in the form of JSON.stringify: undefined members are omitted, and dates are text.
 */
export function json(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value))
}
