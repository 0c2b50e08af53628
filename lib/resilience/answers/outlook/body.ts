import type { Outlook } from '../../api/index.ts'

/** The part of an outlook (the losses in coming maintenance windows) that is stored. */
export type OutlookBody = Pick<Outlook, 'windows' | 'intervals' | 'notComputed'>
