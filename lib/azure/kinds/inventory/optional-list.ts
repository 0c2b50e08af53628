import type { InventoryRows, ResourceRow } from '#lib/contract/index.ts'
import type { ExactJson } from '../../decode/json.ts'
import { UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import type { PollInput } from '../../poll-input.ts'
import { decodeResources } from './resources.ts'

/** The inputs for reading an optional list. */
export interface ResourceListRequest
  extends Pick<PollInput, 'call' | 'arm' | 'id' | 'params' | 'providers' | 'changes'> {
  /** resources that were already listed */
  known: readonly ResourceRow[]
  /** known resources of the type `of` of the list */
  resources: readonly ResourceRow[]
  /** runs a request, at the rate to which the inventory is limited */
  atPace: (read: () => Promise<ExactJson[]>) => Promise<ExactJson[]>
  /** like `atPace`, for a request about a resource group; returns no rows if the group was deleted */
  inGroup: (group: string, read: () => Promise<ExactJson[]>) => Promise<ExactJson[]>
}

/**
 * A list of resources without which the inventory is still complete. If the list fails, the inventory does not fail.
 */
export interface OptionalResourceList {
  type: string
  /**
   * Resource type on which the requests of this list depend. If that type could not be listed, this list is skipped.
   */
  of?: string
  /** @returns null if the list is not read this time, for example because it is too early to read it again */
  rows: (asked: ResourceListRequest, unread: UnreadRowCounter) => Promise<ExactJson[] | null>
}

/** The result of a list. */
export interface OptionalListResult {
  type: string
  resources: ResourceRow[]
  /**
   * counts rows that could not be decoded. If there are any, a resource that is missing from the list may still exist
   */
  unread: UnreadRowCounter
}

/**
 * Reads an optional list.
 * @returns null if the list failed for any reason or is not read this time, for example because it is too early to read
 *   it again
 */
export async function fetchOptionalList(
  { type, of, rows }: OptionalResourceList,
  asked: Omit<ResourceListRequest, 'known' | 'resources'>,
  { resources: known, listedTypes }: Pick<InventoryRows, 'resources' | 'listedTypes'>,
): Promise<OptionalListResult | null> {
  if (of !== undefined && !listedTypes.includes(of)) return null
  const unread = new UnreadRowCounter()
  try {
    const resources = known.filter((resource) => resource.type === of)
    const found = await rows({ ...asked, known, resources }, unread)
    return found && { type, resources: decodeResources(type, found, unread), unread }
  } catch {
    // the list is optional, so every error means only that the list could not be read
    return null
  }
}
