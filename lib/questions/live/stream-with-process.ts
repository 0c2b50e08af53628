import { createComponentLogger } from '#lib/platform/log.ts'
import { closeProcessHub, getProcessHub } from './process-hub.ts'

/**
 * Starts listening for change notifications, which event streams and the response cache need. On SIGTERM and SIGINT,
 * closes the streams immediately, so that the server does not wait for them when it stops.
 */
export function startStreaming(): void {
  getProcessHub()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      closeProcessHub().catch((error: unknown) => {
        createComponentLogger('stream').error({ err: error }, 'the event streams could not be closed')
      })
    })
  }
}
