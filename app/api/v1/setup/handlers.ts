import { settings } from '#lib/platform/settings.ts'
import { getSetup } from '#lib/setup/answers/index.ts'
import { queryable } from '#lib/platform/queryable.ts'
import { visibleTo } from '#lib/history/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('setup', ({ db }) => {
  const { subscriptions } = settings().azure
  // what is found of the whole environment is not shown to a part of it
  const seen = visibleTo(queryable(db))?.subscriptions
  return getSetup(db, seen ?? (subscriptions === 'all' ? [] : subscriptions))
})
