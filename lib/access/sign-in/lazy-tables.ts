import { type Tables, withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

type Operation = (given: unknown) => Promise<unknown>

/**
 * Prisma's tables as better-auth's adapter wants them: at hand at any time. Each operation is asked by itself; better-auth then does without
 * transactions.
 */
export function lazyTables(db: { readonly pool: Queryable }): Record<string, Record<string, Operation>> {
  return new Proxy(
    {},
    { get: (_, model: string) => (/^access[A-Z]/.test(model) ? operationsOf(db, model) : undefined) },
  )
}

function operationsOf(db: { readonly pool: Queryable }, model: string): Record<string, Operation> {
  return new Proxy(
    {},
    {
      get: (_, name: string) => (given: unknown) =>
        withPrisma(db, (tables) => {
          const operations = tables[model as keyof Tables] as unknown as Record<string, Operation>
          const operation = operations[name]
          if (!operation) throw new Error(`Prisma has no ${model}.${name}`)
          return operation(given)
        }),
    },
  )
}
