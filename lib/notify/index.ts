import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { type Queryable, queryable } from '#lib/platform/queryable.ts'
import type { Database } from '#lib/platform/database.ts'
import { hurryCase, markDue } from './case-store.ts'

export { type ChannelSettings, listChannels, replaceChannels, testChannel } from './manage-channels.ts'
export { secretBoxOf, senderOf } from './configured.ts'
export { ChannelFaultError, ChannelsConflictError, UnknownChannelError } from './errors.ts'
export { listNotifications } from './log.ts'
export { type Notifier, type NotifierOptions, startNotifier } from './notifier.ts'
export { type SecretBox, secretBox } from './secret-box.ts'
export { type Send, sender, type SenderOptions } from './send.ts'
export type { NotifySettings } from './settings.ts'

/** Asks for a decision on incidents, in the transaction that changed them: told to the poller as its audience. */
export async function incidentsChanged(client: PoolClient, ids: readonly string[], at: EpochMs): Promise<void> {
  await markDue(client, ids, at)
}

/** Asks for a decision on one incident at once, after somebody acknowledged it. Without it the next look would find it. */
export async function requestAlertEvaluation(db: Database | Queryable, id: string, at: EpochMs): Promise<void> {
  await hurryCase(queryable(db), id, at)
}
