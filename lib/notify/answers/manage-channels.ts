import { createHash, randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import {
  type AccessScope,
  findSecretUrlField,
  getSecretUrl,
  type ChannelInput,
  getChannelKindSpec,
  type EpochMs,
  listAccessScopeTexts,
  parseInboundChannelKind,
  buildInboundChannelPath,
  getInboundSecret,
  isMaskedAddress,
  isAccessScopeWithin,
  parseAccessScope,
  getSigningSecret,
  toShownChannelFields,
  pickUnencryptedValues,
} from '#lib/contract/index.ts'
import type { ChannelsBody, NotifyEndpointResponse } from '../api/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { type SqlExecutor, getSqlExecutor } from '#lib/platform/queryable.ts'
import type { ProcessSettings } from '#lib/platform/settings.ts'
import { registerSecret } from '#lib/platform/secrets.ts'
import { isSameAddress, encryptExistingAddress, normalizeAddressUrl, maskAddress } from '../channel-address.ts'
import { lockChannelsForChange, saveChannels, type StoredChannel, readChannels } from '../store/channels.ts'
import { formatMailServerName } from '../channels/email.ts'
import type { MailServer } from '../channels/sender.ts'
import { ChannelFaultError, ChannelsConflictError } from '../errors.ts'
import { type ChannelTraffic, readChannelTraffic } from '../store/outbox-queue.ts'
import { discardWaitingNotifications } from '../store/outbox.ts'
import { type SecretBox, createConfiguredSecretBox } from '../secret-box.ts'

export interface ChannelSettings {
  mail: MailServer | null
  publicUrl: string | null
  secrets: SecretBox
}

/**
 * Returns the part of the environment settings that channels need: mail server, public URL, and the key that encrypts
 * secrets.
 */
export function createChannelSettings(
  settings: Pick<ProcessSettings, 'dataDir' | 'secretsKey' | 'mail' | 'publicUrl'>,
): ChannelSettings {
  const { mail, publicUrl } = settings
  return { mail, publicUrl, secrets: createConfiguredSecretBox(settings) }
}

/**
 * Returns all channels, without secrets and with masked addresses.
 * @param scope scope of the caller; channels with a wider scope are left out
 */
export async function listChannels(
  db: Database | SqlExecutor,
  { mail, publicUrl, secrets }: ChannelSettings,
  scope: AccessScope = 'everything',
): Promise<NotifyEndpointResponse<'channels'>['data']> {
  const q = getSqlExecutor(db)
  const channels = await readChannels(q)
  const traffic = new Map((await readChannelTraffic(q)).map((one) => [one.channelId, one]))
  return {
    channels: channels
      .filter((channel) => canSeeChannel(scope, channel))
      .map((channel) => describeChannel(channel, { secrets, publicUrl }, traffic.get(channel.id))),
    version: versionOf(channels),
    mail: mail && { server: formatMailServerName(mail), from: mail.from },
    publicUrl,
  }
}

/**
 * Reports whether a caller may see a channel: the caller's scope must include the channel's scope, because the
 * channel's messages contain all data of that scope.
 */
export const canSeeChannel = (scope: AccessScope, { scopes }: Pick<StoredChannel, 'scopes'>): boolean =>
  isAccessScopeWithin(parseAccessScope(scopes), scope)

function describeChannel(
  channel: StoredChannel,
  { secrets, publicUrl }: Pick<ChannelSettings, 'secrets' | 'publicUrl'>,
  traffic: ChannelTraffic | undefined,
) {
  const vendor = parseInboundChannelKind(channel.kind)
  const { id, name, kind, secret, filters, scopes, enabled } = channel
  const address = findSecretUrlField(kind)
  const target = address ? { ...channel.target, [address.name]: maskAddress(channel, secrets) } : channel.target
  return {
    id,
    name,
    kind,
    ...toShownChannelFields(target),
    secretSet: secret !== null,
    inbound: vendor && {
      url: `${publicUrl ?? ''}${buildInboundChannelPath(vendor, id)}`,
      secretSet: channel.inboundSecret !== null,
    },
    enabled,
    scopes,
    filters,
    lastAttempt: traffic?.lastAttemptAt
      ? { at: traffic.lastAttemptAt, delivered: traffic.lastDelivered ?? false, error: traffic.lastError }
      : null,
    waiting: traffic?.waiting ?? 0,
  }
}

/** Returns a hash of all channels. A PUT sends it back, so that a concurrent change is detected (409). */
function versionOf(channels: readonly StoredChannel[]): string {
  const stamps = channels.map(({ id, updatedAt }) => `${id} ${updatedAt}`)
  return createHash('sha256').update(stamps.join('\n')).digest('base64url').slice(0, 16)
}

/**
 * Replaces all channels. Removes the waiting notifications of removed or disabled channels, and of channels whose new
 * scope does not include their previous scope.
 * @param scopeOf returns the scope of a given ID; null = unknown. An unknown scope that a stored channel already uses
 *   is accepted, because its resource may have been removed
 * @throws ChannelsConflictError if the channels have changed since the caller read them
 * @throws ChannelFaultError if a channel is invalid
 */
export async function replaceChannels(
  db: Database,
  { channels, version }: ChannelsBody,
  { clock, secrets, scopeOf }: { clock: Clock; secrets: SecretBox; scopeOf: (id: string) => string | null },
): Promise<void> {
  const removed = await db.transaction(async (client) => {
    await lockChannelsForChange(client)
    const before = await readChannels(client)
    if (version !== undefined && version !== versionOf(before)) {
      throw new ChannelsConflictError('The channels changed in the meantime: read them again and repeat your change.')
    }
    const known = new Map(before.map((channel) => [channel.id, channel]))
    const usedBefore = new Set(before.flatMap(({ filters }) => filters.scopes))
    const next = channels.map((input, index) => {
      const scopes = input.filters.scopes.map((id, at) => {
        const scope = scopeOf(id) ?? (usedBefore.has(id) ? id : null)
        if (scope !== null) return scope
        // a channel limited to an unknown scope would never receive a notification
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
    await discardWaitingNotifications(client, enabled, 'the channel was switched off or removed')
    // Drop waiting notifications of channels whose new scope does not include their previous scope, because they may
    // contain data of other customers.
    const seesAsMuch = next.filter(({ id, scopes }) =>
      isAccessScopeWithin(parseAccessScope(known.get(id)?.scopes ?? []), parseAccessScope(scopes)),
    )
    const kept = seesAsMuch.map(({ id }) => id)
    await discardWaitingNotifications(client, kept, 'the scope of the channel was changed')
    return before.filter(({ id }) => !next.some((kept) => kept.id === id))
  })
  for (const { id } of removed)
    for (const what of ['address', 'secret', 'inbound secret']) registerSecret(null, `${what} of ${id}`)
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
  const scopes =
    input.scopes === undefined ? (before?.scopes ?? []) : listAccessScopeTexts(parseAccessScope(input.scopes))
  const id = before?.id ?? `ch_${randomBytes(9).toString('base64url')}`
  const { addressMissing, secretMissing } = getChannelKindSpec(kind)
  const given = getSigningSecret(input)
  const secret = given === undefined ? (before?.secret ?? null) : secrets.seal(given)
  const inbound = getInboundSecret(input)
  const inboundSecret = inbound === undefined ? (before?.inboundSecret ?? null) : inbound && secrets.seal(inbound)
  const address = sealedAddress(input, before, index, secrets)
  if (addressMissing !== null && address === null) {
    throw new ChannelFaultError(`channels.${index}.${findSecretUrlField(kind)?.name}: ${addressMissing}`)
  }
  if (secretMissing !== null && secret === null) {
    throw new ChannelFaultError(`channels.${index}.secret: ${secretMissing}`)
  }
  const after = { name, kind, target: pickUnencryptedValues(input), address, filters, scopes, enabled }
  const same = before !== null && given === undefined && inbound === undefined && sameFields(before, after)
  return {
    id,
    ...after,
    secret,
    inboundSecret: inboundSecret || null,
    updatedAt: same ? before.updatedAt : now,
  }
}

/** Returns the sealed (encrypted) address to store: the sent address if it is new, otherwise the stored address. */
function sealedAddress(
  input: ChannelInput,
  before: StoredChannel | null,
  index: number,
  secrets: SecretBox,
): string | null {
  const sent = getSecretUrl(input)
  if (sent === undefined) return before && encryptExistingAddress(before, secrets)
  if (before && isSameAddress(before, sent, secrets)) return encryptExistingAddress(before, secrets)
  if (isMaskedAddress(sent)) {
    throw new ChannelFaultError(
      `channels.${index}.${findSecretUrlField(input.kind)?.name}: this is the masked form; send the whole address, or leave it out to keep the stored one`,
    )
  }
  return secrets.seal(normalizeAddressUrl(sent))
}

function sameFields(
  before: StoredChannel,
  after: Omit<StoredChannel, 'id' | 'secret' | 'inboundSecret' | 'updatedAt'>,
): boolean {
  const fields = ({ name, kind, target, address, filters, scopes, enabled }: typeof after) => ({
    name,
    kind,
    target,
    address,
    filters,
    scopes,
    enabled,
  })
  return isDeepStrictEqual(fields(before), fields(after))
}
