/**
 * Runs once when the server starts. It ends event streams first after a signal, because an open stream would delay the
 * end of the server. The web also creates and delivers notifications and runs the watchdog, so that users are notified
 * even if all workers have stopped and nothing is polled (docs/adr/0081).
 */
export async function register(): Promise<void> {
  // this form of the condition lets Next omit the imports in builds for other runtimes
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    // host names, origins and methods are checked only by the front, the HTTP server in front of Next
    if (process.env.PEERWATCH_FRONT !== String(process.pid))
      throw new Error('start the web by npm start or npm run web')
    const { offerFrontServer, startFrontServer } = await import('#lib/access/index.ts')
    offerFrontServer(startFrontServer)
    // this import registers the tables of all feature modules, because impacts are read from the tables before the
    // first page or API request
    await import('#lib/table.ts')
    const { createScopedReaders, getDatabaseForUse, startStreaming } = await import('#lib/questions/index.ts')
    const { registerConnectionMetrics } = await import('#lib/setup/answers/index.ts')
    startStreaming()
    registerConnectionMetrics()
    const {
      countNotificationsTowardsSlo,
      requestIncidentEvaluation,
      createConfiguredSecretBox,
      createConfiguredNotificationSender,
      startNotifier,
    } = await import('#lib/notify/index.ts')
    const { incidentMessageReaders } = await import('#lib/incidents/answers/index.ts')
    const { readHindranceOfRoot } = await import('#lib/resilience/answers/index.ts')
    const { startWatchdog } = await import('#lib/poller/watchdog/index.ts')
    const { getSettings } = await import('#lib/platform/settings.ts')
    const configured = getSettings()
    const db = getDatabaseForUse('alerting')
    const secrets = createConfiguredSecretBox(configured)
    const { readDatabaseClockRegularly } = await import('#lib/platform/database-clock.ts')
    const { CLOCK_TOLERANCE_MS } = await import('#lib/contract/index.ts')
    await readDatabaseClockRegularly(db.pool, CLOCK_TOLERANCE_MS)
    startNotifier({
      db,
      send: createConfiguredNotificationSender(configured),
      secrets,
      scoped: createScopedReaders(db),
      incidents: { ...incidentMessageReaders, hindrance: readHindranceOfRoot },
    })
    const { saveSloCounts } = await import('#lib/history/index.ts')
    saveSloCounts(db, [countNotificationsTowardsSlo])
    // a dead worker cannot report itself
    const { createPeerwatchFaultCheck } = await import('#lib/alerting/index.ts')
    startWatchdog({
      db,
      datesSamples: false,
      incidentsChanged: requestIncidentEvaluation,
      ownFaults: createPeerwatchFaultCheck(db, configured),
    })
  }
}
