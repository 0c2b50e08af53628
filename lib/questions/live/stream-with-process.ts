import { componentLogger } from '#lib/platform/log.ts'
import { closeProcessHub, processHub } from './process-hub.ts'

/**
 * Starts to receive change notifications, which event streams and the response cache need. Ends the streams as soon as
 * the process receives SIGTERM or SIGINT, so that the server does not wait for them.
 */
export function streamWithProcess(): void {
  processHub()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      closeProcessHub().catch((error: unknown) => {
        componentLogger('stream').error({ err: error }, 'the event streams could not be closed')
      })
    })
  }
}
