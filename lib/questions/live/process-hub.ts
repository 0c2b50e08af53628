import { countSloObservation } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { type ChannelListener, listenToChannel } from '#lib/platform/notifications/index.ts'
import { enableCaching, clearCaches } from '#lib/platform/response-cache.ts'
import { getDatabase, getListenUrl, getReadingDatabase } from '../connection.ts'
import { ReplayDelayedNotifier } from '../replica.ts'
import { EventStreamChangeDistributor } from './change-hub.ts'

/** Name of the database channel (LISTEN/NOTIFY) on which changes are announced. */
export const CHANGES_CHANNEL = 'peerwatch'

const KEY = Symbol.for('peerwatch.answers.hub')
type Holder = { [KEY]?: { hub: EventStreamChangeDistributor; listener: ChannelListener } }

/**
 * Returns the change hub of the process with its database connection, which listens for notifications. Both are created
 * at the first call. The hub is stored on globalThis, because a web bundler may instantiate this module more than once.
 */
export function getProcessHub(): EventStreamChangeDistributor {
  const holder = globalThis as Holder
  holder[KEY] ??= connected(getListenUrl())
  return holder[KEY].hub
}

function connected(databaseUrl: string): { hub: EventStreamChangeDistributor; listener: ChannelListener } {
  const hub = new EventStreamChangeDistributor({
    onSent: (ageMs) => countSloObservation('stream_lag', ageMs),
    onTaken: clearCaches,
  })
  const log = createComponentLogger('stream')
  const take = (payload: string) => {
    try {
      hub.take(payload)
    } catch (error) {
      log.warn({ err: error }, 'a notification of changes could not be read')
      hub.everything()
    }
  }
  // Delays each notification until the replica contains the change. Notifications that were sent while the connection
  // was lost never arrive, so after a reconnection clients read all data again.
  const readable = new ReplayDelayedNotifier(
    () => getReadingDatabase(),
    () => getDatabase('commands').pool,
  )
  let stopKeeping = () => {}
  const keep = () => {
    stopKeeping = enableCaching()
  }
  const listener = listenToChannel(databaseUrl, CHANGES_CHANNEL, (payload) => readable.whenShown(() => take(payload)), {
    onReconnect: () => {
      keep()
      hub.everything()
    },
    onLost: () => stopKeeping(),
  })
  void listener.ready.then(keep)
  return { hub, listener }
}

/**
 * Ends all event streams and the listening database connection, so that the process can stop immediately. The closed
 * hub remains registered, so that clients that reconnect in the meantime are refused.
 */
export async function closeProcessHub(): Promise<void> {
  const held = (globalThis as Holder)[KEY]
  held?.hub.close()
  await held?.listener.close()
}

/**
 * Removes the hub, for tests. Test files share a process, and the next test file needs a new hub for its own database.
 */
export async function removeHubForTests(): Promise<void> {
  await closeProcessHub()
  delete (globalThis as Holder)[KEY]
}
