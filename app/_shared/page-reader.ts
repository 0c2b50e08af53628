import { headers } from 'next/headers'
import { cache } from 'react'
import { callerOf } from '#lib/access/index.ts'
import { type Db, withoutOthers } from '#lib/questions/index.ts'
import { readerFor } from '../api/_http/ask.ts'

/** What all questions of one page read from: what its visitor's scope sees, or of that what is one customer's. Its scope is read once. */
export const pageReader = cache(
  async (customer: string | undefined): Promise<Db> => readerFor(callerOf(await headers()), customer),
)

/** Asks for a page what is no endpoint, as its visitor may see it. */
export async function fetchForPage<Answer>(question: (db: Db) => Promise<Answer>): Promise<Answer> {
  const db = await pageReader(undefined)
  return withoutOthers(db, await question(db))
}
