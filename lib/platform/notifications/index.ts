export { type Listener, type ListenOptions, listen } from './listen.ts'
export { MAX_PAYLOAD_BYTES, notify, notifyAll } from './notify.ts'
