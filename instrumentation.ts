/**
 * Runs once when the server starts. An open event stream would hold up `next start` for ten seconds after a signal, so
 * the streams are ended first.
 */
export async function register(): Promise<void> {
  // in this form Next leaves the import out of what it builds for other runtimes
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { stopStreamsWithProcess } = await import('#lib/answers/index.ts')
    stopStreamsWithProcess()
  }
}
