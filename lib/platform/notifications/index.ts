export { type ChannelListener, listenToChannel } from './listen.ts'
export { sendMessageToPostgresChannel, sendMessagesToPostgresChannel } from './notify.ts'

/** Name of the Postgres channel (LISTEN/NOTIFY) that announces changes to event streams, caches and jobs. */
export const CHANGES_NOTIFY_CHANNEL = 'peerwatch'
