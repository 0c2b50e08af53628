import type { InventoryRows, ResourceRow } from '#lib/contract/index.ts'
import { failureOfError } from '../../call/classify.ts'
import type { Json } from '../../decode/json.ts'
import { Unread } from '../../decode/unread.ts'
import type { Read } from '../../read.ts'
import { decodeResources } from './resources.ts'

/** Inputs for reading an optional list. */
export interface ListRequest extends Pick<Read, 'call' | 'arm' | 'id' | 'params' | 'providers'> {
  /** resources that were already listed */
  known: readonly ResourceRow[]
  /** known resources of the list's type `of` */
  resources: readonly ResourceRow[]
  /** runs a request at the inventory's pace */
  atPace: (read: () => Promise<Json[]>) => Promise<Json[]>
  /** runs a request about a resource group at the inventory's pace; returns no rows if the group is gone */
  inGroup: (group: string, read: () => Promise<Json[]>) => Promise<Json[]>
}

/** A list that an inventory does not need to be complete, so that a failure of the list does not fail the inventory. */
export interface OptionalList {
  type: string
  /** Resource type that determines the requests of this list. The list is skipped if that type could not be listed. */
  of?: string
  /** @returns null if the list is not due */
  rows: (asked: ListRequest, unread: Unread) => Promise<Json[] | null>
}

/** The result of a list. */
export interface Listed {
  type: string
  resources: ResourceRow[]
  /** counts unreadable rows; if there are any, a missing resource does not count as gone */
  unread: Unread
}

/**
 * Reads an optional list, based on the resources that are already listed.
 * @returns null if the list could not be read for any reason, or is not due
 */
export async function readOptional(
  { type, of, rows }: OptionalList,
  asked: Omit<ListRequest, 'known' | 'resources'>,
  { resources: known, listedTypes }: Pick<InventoryRows, 'resources' | 'listedTypes'>,
): Promise<Listed | null> {
  if (of !== undefined && !listedTypes.includes(of)) return null
  const unread = new Unread()
  try {
    const resources = known.filter((resource) => resource.type === of)
    const found = await rows({ ...asked, known, resources }, unread)
    return found && { type, resources: decodeResources(type, found, unread), unread }
  } catch (error) {
    // every error counts as a failure of the list
    failureOfError(error, asked.call)
    return null
  }
}
