import type { Outlook } from '../../api/index.ts'

/** The part of an outlook that is stored. An outlook contains the losses that announced maintenance will cause. */
export type OutlookBody = Pick<Outlook, 'windows' | 'intervals' | 'notComputed'>
