import type { Outlook } from '../../api/index.ts'

/** The stored part of an outlook. */
export type OutlookBody = Pick<Outlook, 'windows' | 'intervals' | 'notComputed'>
