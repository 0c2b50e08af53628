import { databaseFor, getSlos, WholeDeploymentError } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('slos', ({ caller }) => {
  if (caller.scope !== 'everything') throw new WholeDeploymentError()
  return getSlos(databaseFor('commands'))
})
