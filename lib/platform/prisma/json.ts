import type { Prisma } from '../generated/prisma/client.ts'

/** Returns a value in the form that a JSON column stores: undefined members are left out, and dates become texts. */
export function toJsonColumn(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value))
}
