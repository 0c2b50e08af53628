import { componentLogger } from '#lib/platform/log.ts'
import { closeProcessHub, processHub } from './process-hub.ts'

/**
 * Starts to receive changes, for streams and for responses that are cached until a change. Ends the streams as soon as
 * the process receives a stop signal, so that the server does not have to wait for them.
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
