import { settings } from '#lib/platform/settings.ts'
import { getSetup } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('setup', ({ db }) => {
  const { subscriptions } = settings().azure
  return getSetup(db, subscriptions === 'all' ? [] : subscriptions)
})
