export { type Listener, listen } from './listen.ts'
export { MAX_PAYLOAD_BYTES, notifyListeners, notifyAll } from './notify.ts'

/** The channel on which changes are announced to streams, caches and jobs. */
export const CHANGES = 'peerwatch'
