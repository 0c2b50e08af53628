import { createHash } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { alertsSince, type Heard, lockCase, saveCase, type StoredCase } from './case-store.ts'
import { heldChannels, type StoredChannel } from './channel-store.ts'
import { readMemory } from './decide/case-memory.ts'
import { decide, type Notice } from './decide/decide.ts'
import { asFollowUp } from './decide/follow-up.ts'
import type { IncidentFacts } from './decide/incident-facts.ts'
import { type Matter, reasonFor } from './decide/route.ts'
import { admit } from './decide/storm.ts'
import { contentOf, type Story } from './incident-content.ts'
import { addNotification, loadOf } from './outbox-store.ts'
import type { NotifySettings } from './settings.ts'
import type { ToldBefore } from './told-before.ts'

/** A case with all that a decision and its messages need. */
export interface Subject {
  facts: IncidentFacts
  story: Story
  matter: Matter
  /** what was told before of polls that failed because of it; absent = nothing */
  before?: ToldBefore | null
}

/**
 * Decides on one case and writes what is to be sent, all in the caller's transaction: what was told and what was written to be
 * sent can't come apart.
 * @param read what the case is about, read while the case is locked; null = nothing is known of it any more
 * @returns notifications written
 */
export async function tellCase(
  client: Queryable,
  id: string,
  read: () => Promise<Subject | null>,
  { now, settings }: { now: EpochMs; settings: NotifySettings },
): Promise<number> {
  const stored = await lockCase(client, id)
  const subject = await read()
  if (!subject) {
    await saveCase(client, stored, { dueAt: null, alertedAt: null })
    return 0
  }
  const { memory, notices, dueAt } = decide(readMemory(stored.memory), subject.facts, now, settings)
  const channels = notices.length === 0 ? [] : (await heldChannels(client)).filter(({ enabled }) => enabled)
  let written = 0
  let { heard } = stored
  for (const [index, notice] of notices.entries()) {
    if (notice.first) heard = forgetOpening(heard)
    for (const channel of channels) {
      const told = await tellChannel(
        client,
        channel,
        { ...stored, heard },
        { subject, notice, index, unverifiableSince: memory.unverifiableSince, now, settings },
      )
      if (!told) continue
      heard = { ...heard, [channel.id]: told.heard }
      if (told.isWritten) written += 1
    }
  }
  const steps = stored.steps + (notices.length > 0 ? 1 : 0)
  const alertedAt = notices.some(({ first }) => first) ? now : null
  await saveCase(client, { id, memory, heard, steps }, { dueAt, alertedAt })
  return written
}

/** A new opening is news to everybody; that something was critical once stays known. */
function forgetOpening(heard: StoredCase['heard']): StoredCase['heard'] {
  return Object.fromEntries(Object.entries(heard).map(([id, { critical }]) => [id, { opening: null, critical }]))
}

interface Telling {
  subject: Subject
  notice: Notice
  index: number
  unverifiableSince: EpochMs | null
  now: EpochMs
  settings: NotifySettings
}

/**
 * Writes a notice for one channel, unless that asks for other things, or knows as much already.
 * @returns what the channel then has heard of the case; null = the notice is not for it
 */
async function tellChannel(
  client: Queryable,
  channel: StoredChannel,
  { id: caseId, heard, steps }: StoredCase,
  { subject, notice: given, index, unverifiableSince, now, settings }: Telling,
): Promise<{ heard: Heard; isWritten: boolean } | null> {
  const own = heard[channel.id] ?? { opening: null, critical: false }
  // once it has been told by itself, a further opening is news to everybody
  const earlier = given.first && steps === 0 ? subject.before?.heard[channel.id] : undefined
  const isFollowUp = earlier !== undefined && earlier.opening !== null
  const before = isFollowUp ? { ...earlier, critical: earlier.critical || own.critical } : own
  const notice = isFollowUp && subject.before ? asFollowUp(given, subject.before.severity) : given
  if (notice === null) return { heard: before, isWritten: false }
  const reason = reasonFor(channel.filters, before.opening !== null, notice, subject.matter)
  if (reason === null) return isFollowUp ? { heard: before, isWritten: false } : null
  const load = await loadOf(client, channel.id, now - settings['storm.channel.window'])
  const newAlerts = await alertsSince(client, now - settings['storm.alerts.window'])
  const way = admit({ ...load, newAlerts }, { reason, severity: notice.severity }, before.critical, settings)
  const id = notificationId(caseId, steps, index, channel.id)
  await addNotification(client, {
    id,
    channelId: channel.id,
    channelName: channel.name,
    cases: [caseId],
    content: contentOf(subject.story, { ...notice, reason }, unverifiableSince, now),
    inReplyTo: before.opening,
    state: way === 'single' ? 'pending' : 'held',
    createdAt: now,
  })
  const critical = before.critical || (way === 'single' && notice.severity === 'critical')
  return { heard: { opening: before.opening ?? id, critical }, isWritten: true }
}

const ID_LENGTH = 24

/** The same for the same notice to the same channel, however often it is decided. */
export function notificationId(...parts: (string | number)[]): string {
  return `msg_${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, ID_LENGTH)}`
}
