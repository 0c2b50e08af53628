/**
 * Runs once when the server starts. An open event stream would hold up `next start` for ten seconds after a signal, so
 * the streams are ended first.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { closeProcessHub } = await import('#lib/answers/index.ts')
  const { logger } = await import('#lib/platform/log.ts')
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      closeProcessHub().catch((error: unknown) => logger.error({ err: error }, 'the event streams could not be closed'))
    })
  }
}
