import type { PoolClient } from 'pg'
import { type AccessScope, type EpochMs, hasLastingAlerts } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { ALERTING_LEASE, runWithWorkLease } from '#lib/platform/leases/index.ts'
import {
  type PredictedLossState,
  decidePredictedLoss,
  type PredictedLoss,
  parsePredictedLossState,
} from '../../rules/predicted-loss.ts'
import { defaultNotifySettings, type NotifySettings } from '../../settings.ts'
import { readChannelsForShare, readChannels } from '../../store/channels.ts'
import { readOpenAlerts, lockAlert, saveAlert } from '../../store/alerts.ts'
import type { PredictedLossSummary } from '../../content.ts'
import {
  formatAlertId,
  parseAlertId,
  type ChannelAudience,
  UNLIMITED_AUDIENCE,
  listScopedAudiences,
} from './channel-audience.ts'
import { clearOpeningMessages, isChannelOfAudience, queueNoticeForChannel } from './evaluate-alert.ts'
import { type IncidentSummary, EMPTY_INCIDENT_SUMMARY, formatIsoBounds } from './incident-summary.ts'

/** Predicted effects of announced work (maintenance) that a caller with a given access scope may see. */
export interface PredictedLosses {
  losses: readonly PredictedLoss[]
  /** all announced maintenance windows, also windows without predicted effects */
  windows: readonly { id: string; from: EpochMs; to: EpochMs }[]
}

/** Prefix of alert IDs about announced work; alerts about incidents do not have it. */
const PREFIX = 'ahead:'

/**
 * Returns the access scopes of enabled channels, each scope once and without "everything". Notices about announced work
 * are computed for each scope separately.
 */
export const listChannelAccessScopes = async (db: Database): Promise<AccessScope[]> =>
  listScopedAudiences(await readChannels(db.pool)).map(({ scope }) => scope)

/**
 * Sends notices about the predicted effects of announced work to the channels whose filters match. These notices are
 * not escalated, because the work is days ahead, and they do not count towards storm limits (maximum numbers of
 * notifications in a short time), so that they never delay incidents.
 * @param read returns the predicted effects for a scope; null = not computed yet. Then nothing is sent or withdrawn for
 *   that scope
 * @returns number of notifications written; null = another process holds the alerting lease
 */
export async function writePredictedLossNotices(
  db: Database,
  now: EpochMs,
  read: (scope: AccessScope) => Promise<PredictedLosses | null>,
  settings: NotifySettings = defaultNotifySettings,
): Promise<number | null> {
  const audiences = [UNLIMITED_AUDIENCE, ...listScopedAudiences(await readChannels(db.pool))]
  return runWithWorkLease(db, ALERTING_LEASE, async (lease) => {
    let written = 0
    for (const audience of audiences) {
      const seen = await read(audience.scope)
      if (seen !== null) written += await notifyAudience(lease.db, audience, seen, { now, settings })
    }
    return written
  })
}

async function notifyAudience(
  db: Database,
  audience: ChannelAudience,
  seen: PredictedLosses,
  at: { now: EpochMs; settings: NotifySettings },
): Promise<number> {
  const current = new Map(seen.losses.map((one) => [PREFIX + one.id, one]))
  // Withdraws effects that are no longer predicted before it announces new ones, because a new effect may replace an
  // old one at about the same time.
  const known = (await readOpenAlerts(db.pool, PREFIX, audience)).map((id) => parseAlertId(id).id)
  const gone = known.filter((id) => !current.has(id))
  let written = 0
  for (const about of [...gone, ...current.keys()]) {
    const loss = current.get(about) ?? null
    if (loss?.severity === 'info' && !known.includes(about)) continue
    written += await db.transaction((client) => notifyOne(client, about, loss, { ...at, audience, seen }))
  }
  return written
}

async function notifyOne(
  client: PoolClient,
  about: string,
  loss: PredictedLoss | null,
  {
    now,
    settings,
    audience,
    seen,
  }: { now: EpochMs; settings: NotifySettings; audience: ChannelAudience; seen: PredictedLosses },
): Promise<number> {
  const id = formatAlertId(about, audience)
  const stored = await lockAlert(client, id)
  const before = parsePredictedLossState(stored.state)
  const { state, notice } = decidePredictedLoss(before, loss, now)
  if (notice === null || state === null) return 0
  let delivered = notice.first ? clearOpeningMessages(stored.delivered) : stored.delivered
  const subject = {
    summary: summaryOf(state, { before, now, over: overOf(state, seen, now) }),
    routing: {
      scopes: state.said.scopes,
      kinds: ['loss_ahead' as const],
      owner: 'unknown' as const,
      needed: 'today' as const,
    },
  }
  let written = 0
  for (const channel of (await readChannelsForShare(client)).filter(isChannelOfAudience(audience))) {
    // The notice that the work has begun is sent only to programs that keep an alert open (for example PagerDuty).
    // People do not need it.
    if (notice.reason === 'closed' && !hasLastingAlerts(channel.kind)) continue
    const result = await queueNoticeForChannel(
      client,
      channel,
      { ...stored, delivered },
      { subject, notice, index: 0, unverifiableSince: null, now, settings, audience },
    )
    if (!result) continue
    delivered = { ...delivered, [channel.id]: result.delivery }
    if (result.isWritten) written += 1
  }
  const after = { ...stored, state, delivered, steps: stored.steps + 1 }
  await saveAlert(client, after, { now, dueAt: null, alertedAt: null })
  return written
}

/** Returns the reason why a notified prediction no longer applies; null = it still applies. */
function overOf(
  { phase, said }: PredictedLossState,
  { losses, windows }: PredictedLosses,
  now: EpochMs,
): PredictedLossSummary['over'] {
  if (phase === 'open') return null
  if (said.from <= now) return 'begun'
  const own = windows.filter(({ id }) => said.windows.includes(id))
  if (said.windows.some((one) => !own.some(({ id }) => id === one))) return 'cancelled'
  const isThen = ({ from, to }: { from: EpochMs; to: EpochMs }) => from < said.to && to > said.from
  if (!own.every(isThen)) return 'moved'
  return losses.some(isThen) ? 'joined' : 'harmless'
}

const iso = (at: EpochMs) => new Date(at).toISOString()

function summaryOf(
  { said, phase }: PredictedLossState,
  { before, now, over }: { before: PredictedLossState | null; now: EpochMs; over: PredictedLossSummary['over'] },
): IncidentSummary {
  const { from, to, lead, scopes, name, titles, summary } = said
  const isOver = phase === 'over'
  const former = before?.phase === 'open' && !isOver ? before.said : null
  return {
    ...EMPTY_INCIDENT_SUMMARY,
    kind: 'loss_ahead',
    scope: scopes[0] ?? '',
    scopeName: name,
    subject: `${iso(from).slice(0, 16)}Z`,
    started: formatIsoBounds({ earliest: before?.notifiedAt ?? now, latest: before?.notifiedAt ?? now }),
    ended: isOver ? formatIsoBounds({ earliest: now, latest: now }) : null,
    outage: null,
    nextStep: 'Move the work, or prepare for what it takes away: Resilience, Weeks ahead.',
    evidence: [],
    ahead: {
      from: iso(from),
      to: iso(to),
      lead: lead ?? '',
      work: [...titles],
      summary,
      before: former && former.summary !== summary ? former.summary : null,
      over,
    },
  }
}
