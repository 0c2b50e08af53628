import type { MaintenanceWindowView } from '#lib/contract/index.ts'

/** One time of announced work, whoever announced it; of what recurs each time is one. */
export type AnnouncedWindow = Omit<MaintenanceWindowView, 'state'>
