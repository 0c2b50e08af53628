import { componentLogger } from '#lib/platform/log.ts'
import { closeProcessHub, processHub } from './process-hub.ts'

/**
 * Gets changes from now on, for streams and for answers that are kept until one, and ends the streams as soon as the process is asked to stop; the
 * server then has nothing left to wait for.
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
