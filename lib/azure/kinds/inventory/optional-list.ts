import type { ResourceRow } from '#lib/contract/index.ts'
import { failureOfError } from '../../call/classify.ts'
import type { Call } from '../../call/call.ts'
import { Unread } from '../../decode/unread.ts'

/** A list that the inventory is complete without. */
export interface OptionalList {
  resources: ResourceRow[]
  /** counts rows that could not be read: of what lacks then nothing is gone */
  unread: Unread
}

/**
 * Reads a list that is never required.
 * @returns null where it could not be read, for whatever reason
 */
export async function optionalList(
  call: Call,
  read: (unread: Unread) => Promise<ResourceRow[]>,
): Promise<OptionalList | null> {
  const unread = new Unread()
  try {
    return { resources: await read(unread), unread }
  } catch (error) {
    // throws on what is no failure of Azure's
    failureOfError(error, call)
    return null
  }
}

/** One that nothing has to be asked for. */
export const emptyList = (): OptionalList => ({ resources: [], unread: new Unread() })
