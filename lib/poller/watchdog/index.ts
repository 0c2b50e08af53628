/** This file exports only the watchdog. The web process also runs a watchdog, and must not load the Azure client. */
export { startWatchdog, type PollWatchdog, type WatchdogOptions } from './watchdog.ts'
