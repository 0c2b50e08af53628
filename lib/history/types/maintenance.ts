import type { ApiMaintenanceWindow } from '#lib/contract/index.ts'

/** A period of announced maintenance from any source; each occurrence of recurring work is one window. */
export type AnnouncedWindow = Omit<ApiMaintenanceWindow, 'state'>
