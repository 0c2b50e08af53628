import type { Prisma } from '../generated/prisma/client.ts'

/** Converts a value for a JSON column as JSON.stringify does: undefined members are omitted, and dates become text. */
export function json(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value))
}
