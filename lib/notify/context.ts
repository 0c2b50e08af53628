import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { ScopedReading } from './alerts/audience.ts'
import type { NotifySettings } from './settings.ts'

/** What the loop of the notifier runs on. */
export interface NotifyContext {
  db: Database
  clock: Clock
  settings: NotifySettings
  scoped: ScopedReading
}
