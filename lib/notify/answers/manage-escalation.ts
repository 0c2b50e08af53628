import type { AccessScope, EpochMs } from '#lib/contract/index.ts'
import type {
  EscalationSettingsBody,
  EscalationPolicy,
  NotifyEndpointResponse,
  OnCallRotationInput,
} from '../api/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { type SqlExecutor, getSqlExecutor } from '#lib/platform/queryable.ts'
import { readChannels } from '../store/channels.ts'
import { findNextShift, findOnCallShiftAt } from '../rules/on-call.ts'
import { ChannelFaultError, ChannelsConflictError } from '../errors.ts'
import { canSeeChannel } from './manage-channels.ts'
import { lockDocuments, saveDocuments, type StoredDocument } from '../store/stored-documents.ts'
import {
  convertStoredRotation,
  type StoredEscalationPolicy,
  type StoredOnCallRotation,
  readEscalationPolicies,
  readOnCallRotations,
} from '../store/escalation.ts'
import { createHash, randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'

/**
 * Returns all escalation policies and on-call rotations, with the current and next shift of each rotation.
 * @param scope scope of the caller; policies and rotations that name a channel outside of this scope are left out
 */
export async function readEscalationSettings(
  db: Database | SqlExecutor,
  scope: AccessScope,
  now: EpochMs,
): Promise<NotifyEndpointResponse<'escalation'>['data']> {
  const q = getSqlExecutor(db)
  const [policies, rotations] = [await readEscalationPolicies(q), await readOnCallRotations(q)]
  const channels = (await readChannels(q)).filter((channel) => canSeeChannel(scope, channel))
  const seen = new Set(channels.map(({ id }) => id))
  // A caller with a limited scope never sees an item that names a removed channel, because that channel's scope is
  // unknown.
  const sees = (id: string) => scope === 'everything' || seen.has(id)
  const ownRotations = rotations.filter(({ body }) => channelsOfRotation(body).every(sees))
  const known = new Set(ownRotations.map(({ id }) => id))
  const ownPolicies = policies.filter(({ body }) =>
    body.steps.every(({ targets }) =>
      targets.every((target) =>
        'channel' in target ? sees(target.channel) : known.has(target.rotation) || scope === 'everything',
      ),
    ),
  )
  return {
    policies: ownPolicies.map(({ id, body }) => ({ id, ...body })),
    rotations: ownRotations.map(({ id, body }) => {
      const rotation = convertStoredRotation(body)
      return { id, ...body, now: findOnCallShiftAt(rotation, now), next: findNextShift(rotation, now) }
    }),
    channels: channels.map(({ id, name, enabled }) => ({ id, name, enabled })),
    version: computeItemsVersion([...policies, ...rotations]),
  }
}

const channelsOfRotation = ({ members, overrides }: Omit<OnCallRotationInput, 'id'>): string[] => [
  ...members,
  ...overrides.map(({ channel }) => channel),
]

/**
 * Replaces all escalation policies and on-call rotations. Escalations in progress continue with the new steps.
 * @throws ChannelsConflictError if they have changed since the caller read them
 * @throws ChannelFaultError if an item is invalid
 */
export async function replaceEscalationSettings(
  db: Database,
  { policies, rotations, version }: EscalationSettingsBody,
  { clock }: { clock: Clock },
): Promise<void> {
  await db.transaction(async (client) => {
    await lockDocuments(client, 'escalation_policy', 'on_call_rotation')
    const [oldPolicies, oldRotations] = [await readEscalationPolicies(client), await readOnCallRotations(client)]
    if (version !== undefined && version !== computeItemsVersion([...oldPolicies, ...oldRotations]))
      throw new ChannelsConflictError('The policies changed in the meantime: read them again and repeat your change.')
    const now = clock.now()
    const nextRotations = rotations.map((one, index) =>
      createStoredItem(one, oldRotations, { path: `rotations.${index}`, prefix: 'oc', now }),
    )
    const nextPolicies = policies.map((one, index) =>
      createStoredItem(one, oldPolicies, { path: `policies.${index}`, prefix: 'ep', now }),
    )
    const before = usedBy(oldPolicies, oldRotations)
    const channels = new Set([...(await readChannels(client)).map(({ id }) => id), ...before])
    const known = new Set([...nextRotations.map(({ id }) => id), ...before])
    requireKnown(nextPolicies, nextRotations, { channels, rotations: known })
    await saveDocuments(client, 'on_call_rotation', nextRotations)
    await saveDocuments(client, 'escalation_policy', nextPolicies)
  })
}

/**
 * Returns the IDs of channels and rotations that stored policies and rotations name. Such an ID is still accepted in a
 * PUT after its channel or rotation was removed.
 */
function usedBy(policies: readonly StoredEscalationPolicy[], rotations: readonly StoredOnCallRotation[]): string[] {
  return [
    ...policies.flatMap(({ body }) => body.steps.flatMap(({ targets }) => targets.map(idOf))),
    ...rotations.flatMap(({ body }) => channelsOfRotation(body)),
  ]
}

const idOf = (target: EscalationPolicy['steps'][number]['targets'][number]) =>
  'channel' in target ? target.channel : target.rotation

function requireKnown(
  policies: readonly StoredEscalationPolicy[],
  rotations: readonly StoredOnCallRotation[],
  known: { channels: ReadonlySet<string>; rotations: ReadonlySet<string> },
): void {
  const ids = [...policies, ...rotations].map(({ id }) => id)
  if (new Set(ids).size < ids.length) throw new ChannelFaultError('policies: two of them have the same id')
  for (const [index, { body }] of rotations.entries()) {
    const stranger = channelsOfRotation(body).find((id) => !known.channels.has(id))
    if (stranger !== undefined) throw new ChannelFaultError(`rotations.${index}.members: no channel ${stranger}`)
  }
  for (const [index, { body }] of policies.entries()) {
    for (const [at, { targets }] of body.steps.entries()) {
      const stranger = targets.find((one) =>
        'channel' in one ? !known.channels.has(one.channel) : !known.rotations.has(one.rotation),
      )
      if (stranger)
        throw new ChannelFaultError(`policies.${index}.steps.${at}.targets: no channel or rotation ${idOf(stranger)}`)
    }
  }
}

/** Returns a hash of the items. A PUT sends it back, so that a concurrent change is detected (409). */
export function computeItemsVersion(items: readonly StoredDocument<unknown>[]): string {
  const stamps = items.map(({ id, updatedAt }) => `${id} ${updatedAt}`)
  return createHash('sha256').update(stamps.join('\n')).digest('base64url').slice(0, 16)
}

/**
 * Converts an item of a PUT body to the form in which it is stored. A new item (without an ID) gets an ID; an unchanged
 * item keeps its time of change.
 * @param path path of the item in the body, for error messages
 * @throws ChannelFaultError if no stored item has its ID
 */
export function createStoredItem<Body extends { id?: string | undefined }>(
  { id, ...body }: Body,
  before: readonly StoredDocument<unknown>[],
  { path, prefix, now }: { path: string; prefix: string; now: EpochMs },
): StoredDocument<Omit<Body, 'id'>> {
  if (id === undefined) return { id: `${prefix}_${randomBytes(9).toString('base64url')}`, body, updatedAt: now }
  const old = before.find((one) => one.id === id)
  if (!old) throw new ChannelFaultError(`${path}.id: there is none with this id; leave it out to add one`)
  return { id, body, updatedAt: isDeepStrictEqual(old.body, body) ? old.updatedAt : now }
}
