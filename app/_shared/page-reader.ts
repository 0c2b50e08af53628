import { headers } from 'next/headers'
import { cache } from 'react'
import { callerOf } from '#lib/access/index.ts'
import { type Db, readerOf, withListedGaps, withoutOthers } from '#lib/questions/index.ts'

/** What the questions of one page read from: what its visitor's scope sees. */
const pageReader = cache(async (): Promise<Db> => readerOf(callerOf(await headers()).scope))

/** Asks for a page, as the API would for its visitor. */
export async function askForPage<Answer>(question: (db: Db) => Promise<Answer>): Promise<Answer> {
  const db = await pageReader()
  return withoutOthers(db, withListedGaps(await question(db)))
}
