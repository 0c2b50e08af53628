import { componentLogger } from '#lib/platform/log.ts'
import { closeProcessHub } from './process-hub.ts'

/** Ends the streams as soon as the process is asked to stop; the server then has nothing left to wait for. */
export function stopStreamsWithProcess(): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      closeProcessHub().catch((error: unknown) => {
        componentLogger('stream').error({ err: error }, 'the event streams could not be closed')
      })
    })
  }
}
