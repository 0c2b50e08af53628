import { connection } from 'next/server'
import { componentLogger } from '#lib/platform/log.ts'

/** Returns a resource's name as the title of the browser tab, or its type if the name can't be read. */
export async function pageTitleOf(kind: string, name: () => Promise<string>): Promise<string> {
  await connection()
  try {
    return await name()
  } catch (error) {
    // the page itself gets the same error and shows it
    componentLogger('pages').debug({ err: error }, 'a page is sent without its name')
    return kind
  }
}
