/** A door of its own: the web runs a watchdog too, and must not load the Azure client for it. */
export { startWatchdog, type Watchdog, type WatchdogOptions } from './watchdog.ts'
