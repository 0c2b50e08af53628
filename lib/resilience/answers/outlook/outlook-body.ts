import type { Outlook } from '../../api/index.ts'

/** The stored part of an outlook. An outlook shows which losses announced maintenance will cause. */
export type OutlookBody = Pick<Outlook, 'windows' | 'intervals' | 'notComputed'>
