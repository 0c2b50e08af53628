export { type Listener, listen } from './listen.ts'
export { notifyListeners, notifyAll } from './notify.ts'

/** Name of the channel (LISTEN/NOTIFY) on which changes are announced to streams, caches and jobs. */
export const CHANGES = 'peerwatch'
