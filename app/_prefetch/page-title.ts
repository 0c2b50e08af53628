import { connection } from 'next/server'
import { createComponentLogger } from '#lib/platform/log.ts'

/** Returns the title of the browser tab for a resource: its name, or its type if the name cannot be read. */
export async function readPageTitle(kind: string, name: () => Promise<string>): Promise<string> {
  await connection()
  try {
    return await name()
  } catch (error) {
    // The content of the page runs the same query and shows the error, so that the title only falls back to the type.
    createComponentLogger('pages').debug({ err: error }, 'a page is sent without its name')
    return kind
  }
}
