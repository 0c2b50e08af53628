import type { Outlook } from '../../api/index.ts'

/** What is kept of an outlook. */
export type OutlookBody = Pick<Outlook, 'windows' | 'intervals' | 'notComputed'>
