import type { InventoryRows, ResourceRow } from '#lib/contract/index.ts'
import { failureOfError } from '../../call/classify.ts'
import type { Json } from '../../decode/json.ts'
import { Unread } from '../../decode/unread.ts'
import type { Read } from '../../read.ts'
import { decodeResources } from './resources.ts'

/** What a list that is never required is read with. */
export interface ListRequest extends Pick<Read, 'call' | 'arm' | 'id' | 'params' | 'providers'> {
  /** what is listed already */
  known: readonly ResourceRow[]
  /** those of the list's `of` */
  resources: readonly ResourceRow[]
  /** runs a request when the inventory's pace lets it through */
  atPace: (read: () => Promise<Json[]>) => Promise<Json[]>
  /** as `atPace`, about one resource group; nothing of a group that is gone */
  inGroup: (group: string, read: () => Promise<Json[]>) => Promise<Json[]>
}

/** A list that the inventory is complete without. */
export interface OptionalList {
  type: string
  /** The type whose resources say what to ask for: while it could not be listed, nothing is asked. */
  of?: string
  /** @returns null where nothing is due */
  rows: (asked: ListRequest, unread: Unread) => Promise<Json[] | null>
}

/** What a list came to. */
export interface Listed {
  type: string
  resources: ResourceRow[]
  /** counts rows that could not be read: of what lacks then nothing is gone */
  unread: Unread
}

/**
 * Reads one, from what is listed already.
 * @returns null where it could not be read, for whatever reason, or nothing is due
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
    // throws on what is no failure of Azure's
    failureOfError(error, asked.call)
    return null
  }
}
