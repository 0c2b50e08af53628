import { createHash, randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Stored } from './digests/document-store.ts'
import { ChannelFaultError } from './errors.ts'

/** Changes whenever one of these items does. */
export function versionOf(items: readonly Stored<unknown>[]): string {
  const stamps = items.map(({ id, updatedAt }) => `${id} ${updatedAt}`)
  return createHash('sha256').update(stamps.join('\n')).digest('base64url').slice(0, 16)
}

/**
 * An item of a PUT as it is stored: an unchanged one keeps its moment, one without an id gets one.
 * @param path of the item in the body
 * @throws ChannelFaultError if there is none of its id
 */
export function changedItem<Body extends { id?: string | undefined }>(
  { id, ...body }: Body,
  before: readonly Stored<unknown>[],
  { path, prefix, now }: { path: string; prefix: string; now: EpochMs },
): Stored<Omit<Body, 'id'>> {
  if (id === undefined) return { id: `${prefix}_${randomBytes(9).toString('base64url')}`, body, updatedAt: now }
  const old = before.find((one) => one.id === id)
  if (!old) throw new ChannelFaultError(`${path}.id: there is none with this id; leave it out to add one`)
  return { id, body, updatedAt: isDeepStrictEqual(old.body, body) ? old.updatedAt : now }
}
