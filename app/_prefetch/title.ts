import { connection } from 'next/server'
import { componentLogger } from '#lib/platform/log.ts'

/** The name of a thing as the browser tab's title; what kind of thing it is, while the name can't be had. */
export async function titleOf(kind: string, name: () => Promise<string>): Promise<string> {
  await connection()
  try {
    return await name()
  } catch (error) {
    // the page itself meets the same error, and shows it in words
    componentLogger('pages').debug({ err: error }, 'a page is sent without its name')
    return kind
  }
}
