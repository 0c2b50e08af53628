import type { Queryable } from '../queryable.ts'
import { catalogTables } from './catalog-tables.ts'
import { describedTables } from './described-tables.ts'
import type { ParsedSchema } from './parsed-schema.ts'

/** What only one of the two says; both are empty when they agree. */
export type Drift = { schemaOnly: string[]; migrationsOnly: string[] }

/**
 * Compares a schema of Prisma with a database that has all migrations.
 * @throws when the type of a column is unknown
 */
export async function schemaDrift(db: Queryable, schema: ParsedSchema): Promise<Drift> {
  const described = describedTables(schema)
  const made = await catalogTables(db)
  return { schemaOnly: without(described, made), migrationsOnly: without(made, described) }
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others)
  return lines.filter((line) => !known.has(line))
}
