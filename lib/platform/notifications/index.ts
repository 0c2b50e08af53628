export { type Listener, listenToChannel } from './listen.ts'
export { notifyListeners, notifyAll } from './notify.ts'

/** Name of the Postgres channel (LISTEN/NOTIFY) that announces changes to event streams, caches and jobs. */
export const CHANGES_NOTIFY_CHANNEL = 'peerwatch'
