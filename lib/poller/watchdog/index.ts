/** A separate entry point, because the web also runs a watchdog and must not load the Azure client for it. */
export { startWatchdog, type Watchdog, type WatchdogOptions } from './watchdog.ts'
