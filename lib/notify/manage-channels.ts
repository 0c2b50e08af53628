import { createHash, randomBytes } from 'node:crypto'
import type { Channel, ChannelInput, ChannelsAnswer, ChannelsBody, ChannelTest, EpochMs } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { type Queryable, queryable } from '#lib/platform/queryable.ts'
import { registerSecret, scrub } from '#lib/platform/secrets.ts'
import { lockChannels, saveChannels, type StoredChannel, storedChannels } from './channel-store.ts'
import { type MailServer, serverName } from './channels/mail.ts'
import { ChannelFaultError, ChannelsConflictError, UnknownChannelError } from './errors.ts'
import { type ChannelTraffic, channelTraffic, dropWaiting, logAttempt } from './outbox-store.ts'
import type { SecretBox } from './secret-box.ts'
import type { Send } from './send.ts'

export interface ChannelSettings {
  mail: MailServer | null
  publicUrl: string | null
}

/** All channels, without what is secret. */
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
    url: 'url' in target ? target.url : null,
    to: 'to' in target ? target.to : [],
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

/** Changes with every change of a channel. */
function versionOf(channels: readonly StoredChannel[]): string {
  const stamps = channels.map(({ id, updatedAt }) => `${id} ${updatedAt}`)
  return createHash('sha256').update(stamps.join('\n')).digest('base64url').slice(0, 16)
}

/**
 * Makes these all the channels that there are. What waits for one that is removed or switched off is dropped.
 * @param scopeOf the scope that an id as it was sent stands for; null = nothing that is known. What a channel was limited to
 *   before stays good, also when that is gone for good
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
      throw new ChannelsConflictError(
        'Somebody changed the channels meanwhile: read them again, and make your change there.',
      )
    }
    const known = new Map(before.map((channel) => [channel.id, channel]))
    const usedBefore = new Set(before.flatMap(({ filters }) => filters.scopes))
    const next = channels.map((input, index) => {
      const scopes = input.filters.scopes.map((id, at) => {
        const scope = scopeOf(id) ?? (usedBefore.has(id) ? id : null)
        if (scope !== null) return scope
        // a channel that is limited to what does not exist would be silent for ever
        throw new ChannelFaultError(
          `channels.${index}.filters.scopes.${at}: nothing is known by the id ${JSON.stringify(id)}; take one from /api/v1/circuits or /api/v1/gateways`,
        )
      })
      const scoped = { ...input, filters: { ...input.filters, scopes } }
      return changed(scoped, known, index, { secrets, now: clock.now() })
    })
    if (new Set(next.map(({ id }) => id)).size < next.length) throw new ChannelFaultError('channels: two have one id')
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
    throw new ChannelFaultError(`channels.${index}.id: there is none of that id; leave it out to add one`)
  if (before && before.kind !== input.kind)
    throw new ChannelFaultError(`channels.${index}.kind: add another channel instead`)
  const { name, filters, enabled, kind } = input
  const given = input.kind === 'webhook' ? input.secret : undefined
  registerSecret(given)
  const secret = given === undefined ? (before?.secret ?? null) : secrets.seal(given)
  if (kind === 'webhook' && secret === null) {
    throw new ChannelFaultError(
      `channels.${index}.secret: a new webhook needs one: whsec_ and 24 to 64 random bytes in base64`,
    )
  }
  const target = input.kind === 'webhook' ? { url: input.url } : { to: input.to }
  const after = { name, kind, target, filters, enabled }
  const same = before !== null && given === undefined && sameFields(before, after)
  return {
    id: before?.id ?? `ch_${randomBytes(9).toString('base64url')}`,
    ...after,
    secret,
    updatedAt: same ? before.updatedAt : now,
  }
}

function sameFields(before: StoredChannel, after: Omit<StoredChannel, 'id' | 'secret' | 'updatedAt'>): boolean {
  const fields = ({ name, kind, target, filters, enabled }: typeof after) =>
    JSON.stringify([name, kind, target, filters.minSeverity, filters.scopes, filters.kinds, filters.owners, enabled])
  return fields(before) === fields(after)
}

/**
 * Sends a test to a channel, also to one that is switched off, and writes it into the log.
 * @throws UnknownChannelError
 */
export async function testChannel(
  db: Database,
  id: string,
  { send, clock }: { send: Send; clock: Clock },
): Promise<ChannelTest> {
  const channel = (await storedChannels(db.pool)).find((one) => one.id === id)
  if (!channel) throw new UnknownChannelError(`no channel ${id}: /api/v1/channels lists those that there are`)
  const at = clock.now()
  const begun = clock.monotonic()
  const content = { reason: 'test', severity: 'info', channel: channel.name, at: new Date(at).toISOString() } as const
  const message = { id: `msg_${randomBytes(18).toString('base64url')}`, inReplyTo: null, content }
  const delivery = await send(channel, message)
  const error = delivery.delivered ? null : scrub(delivery.error)
  await logAttempt(db.pool, { id: message.id, channelId: id, channelName: channel.name, content }, { at, error })
  return {
    delivered: delivery.delivered,
    answer: delivery.delivered ? scrub(delivery.answer) : (error ?? ''),
    milliseconds: Math.round(clock.monotonic() - begun),
  }
}
