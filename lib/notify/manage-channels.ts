import { createHash, randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import {
  type Channel,
  type ChannelInput,
  channelKindSpec,
  type ChannelsAnswer,
  type ChannelsBody,
  type EpochMs,
  secretOf,
  shownTarget,
  targetOf,
} from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { type Queryable, queryable } from '#lib/platform/queryable.ts'
import { registerSecret } from '#lib/platform/secrets.ts'
import { lockChannels, saveChannels, type StoredChannel, storedChannels } from './channel-store.ts'
import { serverName } from './channels/email/send.ts'
import type { MailServer } from './channels/sender.ts'
import { ChannelFaultError, ChannelsConflictError } from './errors.ts'
import { type ChannelTraffic, channelTraffic, dropWaiting } from './outbox-store.ts'
import type { SecretBox } from './secret-box.ts'

export interface ChannelSettings {
  mail: MailServer | null
  publicUrl: string | null
}

/** All channels, without their secrets. */
export async function listChannels(
  db: Database | Queryable,
  { mail, publicUrl }: ChannelSettings,
): Promise<ChannelsAnswer> {
  const q = queryable(db)
  const channels = await storedChannels(q)
  const traffic = new Map((await channelTraffic(q)).map((one) => [one.channelId, one]))
  return {
    channels: channels.map((channel) => channelView(channel, traffic.get(channel.id))),
    version: versionOf(channels),
    mail: mail && { server: serverName(mail), from: mail.from },
    publicUrl,
  }
}

function channelView(channel: StoredChannel, traffic: ChannelTraffic | undefined): Channel {
  const { id, name, kind, target, secret, filters, enabled } = channel
  return {
    id,
    name,
    kind,
    ...shownTarget(target),
    secretSet: secret !== null,
    enabled,
    filters,
    lastAttempt: traffic?.lastAttemptAt
      ? {
          at: traffic.lastAttemptAt.toISOString(),
          delivered: traffic.lastDelivered ?? false,
          error: traffic.lastError,
        }
      : null,
    waiting: traffic?.waiting ?? 0,
  }
}

/** Changes whenever a channel changes. */
function versionOf(channels: readonly StoredChannel[]): string {
  const stamps = channels.map(({ id, updatedAt }) => `${id} ${updatedAt}`)
  return createHash('sha256').update(stamps.join('\n')).digest('base64url').slice(0, 16)
}

/**
 * Replaces all channels. Notifications that wait for a removed or disabled channel are dropped.
 * @param scopeOf the scope of an id as it was sent; null = unknown. A scope that a stored channel is limited to stays valid, even if
 *   its resource is gone
 * @throws ChannelsConflictError, ChannelFaultError
 */
export async function replaceChannels(
  db: Database,
  { channels, version }: ChannelsBody,
  { clock, secrets, scopeOf }: { clock: Clock; secrets: SecretBox; scopeOf: (id: string) => string | null },
): Promise<void> {
  await db.transaction(async (client) => {
    await lockChannels(client)
    const before = await storedChannels(client)
    if (version !== undefined && version !== versionOf(before)) {
      throw new ChannelsConflictError('The channels changed in the meantime: read them again and repeat your change.')
    }
    const known = new Map(before.map((channel) => [channel.id, channel]))
    const usedBefore = new Set(before.flatMap(({ filters }) => filters.scopes))
    const next = channels.map((input, index) => {
      const scopes = input.filters.scopes.map((id, at) => {
        const scope = scopeOf(id) ?? (usedBefore.has(id) ? id : null)
        if (scope !== null) return scope
        // a channel limited to an unknown scope would never receive anything
        throw new ChannelFaultError(
          `channels.${index}.filters.scopes.${at}: unknown id ${JSON.stringify(id)}; use one from /api/v1/circuits or /api/v1/gateways`,
        )
      })
      const scoped = { ...input, filters: { ...input.filters, scopes } }
      return changed(scoped, known, index, { secrets, now: clock.now() })
    })
    if (new Set(next.map(({ id }) => id)).size < next.length)
      throw new ChannelFaultError('channels: two channels have the same id')
    await saveChannels(client, next)
    const enabled = next.filter((channel) => channel.enabled).map(({ id }) => id)
    await dropWaiting(client, enabled, 'the channel was switched off or removed')
  })
}

function changed(
  input: ChannelInput,
  known: ReadonlyMap<string, StoredChannel>,
  index: number,
  { secrets, now }: { secrets: SecretBox; now: EpochMs },
): StoredChannel {
  const before = input.id === undefined ? null : known.get(input.id)
  if (before === undefined)
    throw new ChannelFaultError(`channels.${index}.id: no channel has this id; leave it out to add a channel`)
  if (before && before.kind !== input.kind)
    throw new ChannelFaultError(`channels.${index}.kind: the kind of a channel cannot change; add another channel`)
  const { name, filters, enabled, kind } = input
  const { secretMissing } = channelKindSpec(kind)
  const given = secretOf(input)
  registerSecret(given)
  const secret = given === undefined ? (before?.secret ?? null) : secrets.seal(given)
  if (secretMissing !== null && secret === null) {
    throw new ChannelFaultError(`channels.${index}.secret: ${secretMissing}`)
  }
  const after = { name, kind, target: targetOf(input), filters, enabled }
  const same = before !== null && given === undefined && sameFields(before, after)
  return {
    id: before?.id ?? `ch_${randomBytes(9).toString('base64url')}`,
    ...after,
    secret,
    updatedAt: same ? before.updatedAt : now,
  }
}

function sameFields(before: StoredChannel, after: Omit<StoredChannel, 'id' | 'secret' | 'updatedAt'>): boolean {
  const fields = ({ name, kind, target, filters, enabled }: typeof after) => ({ name, kind, target, filters, enabled })
  return isDeepStrictEqual(fields(before), fields(after))
}
