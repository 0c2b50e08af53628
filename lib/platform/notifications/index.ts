export { type Listener, listen } from './listen.ts'
export { MAX_PAYLOAD_BYTES, notify, notifyAll } from './notify.ts'
