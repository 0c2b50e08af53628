import { headers } from 'next/headers'
import { cache } from 'react'
import { readCaller } from '#lib/access/index.ts'
import { type ReadableDatabase, maskOtherCustomersNames } from '#lib/questions/index.ts'
import { openScopedDatabase } from '../api/_http/scoped-answer.ts'

/**
 * Returns the database connection for all queries of one page. It can read only the resources that the visitor may see.
 * If a customer is given, it can read only the resources of this customer. The visitor's scope is determined only once
 * for each page.
 */
export const openPageDatabase = cache(
  async (customer: string | undefined): Promise<ReadableDatabase> =>
    openScopedDatabase(readCaller(await headers()), customer),
)

/**
 * Runs a database query for a page that needs data which no API endpoint has. The result contains only rows that the
 * visitor may see.
 */
export async function runQueryForPage<Answer>(question: (db: ReadableDatabase) => Promise<Answer>): Promise<Answer> {
  const db = await openPageDatabase(undefined)
  return maskOtherCustomersNames(db, await question(db))
}
