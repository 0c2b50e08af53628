import type { MaintenanceOutlook } from '../../api/index.ts'

/** The part of an outlook that is stored. An outlook contains the losses that announced maintenance will cause. */
export type StoredMaintenanceOutlookBody = Pick<MaintenanceOutlook, 'windows' | 'intervals' | 'notComputed'>
