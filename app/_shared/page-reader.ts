import { headers } from 'next/headers'
import { cache } from 'react'
import { readCaller } from '#lib/access/index.ts'
import { type Db, withoutOthers } from '#lib/questions/index.ts'
import { openScopedDatabase } from '../api/_http/ask.ts'

/**
 * Returns the database connection that all queries of one page use. It is limited to the visitor's scope and, if given,
 * to one customer within it. The scope is read once for each page.
 */
export const pageReader = cache(
  async (customer: string | undefined): Promise<Db> => openScopedDatabase(readCaller(await headers()), customer),
)

/** Runs a query for a page if no API endpoint has it. The answer contains only the rows that the visitor may see. */
export async function fetchForPage<Answer>(question: (db: Db) => Promise<Answer>): Promise<Answer> {
  const db = await pageReader(undefined)
  return withoutOthers(db, await question(db))
}
