import { connection } from 'next/server'
import { createComponentLogger } from '#lib/platform/log.ts'

/** Returns the title of the browser tab for a resource: its name, or its type if the name cannot be read. */
export async function readPageTitle(kind: string, name: () => Promise<string>): Promise<string> {
  await connection()
  try {
    return await name()
  } catch (error) {
    // the page itself gets the same error and shows it
    createComponentLogger('pages').debug({ err: error }, 'a page is sent without its name')
    return kind
  }
}
