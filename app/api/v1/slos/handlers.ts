import { databaseFor, getSlos } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('slos', ({ caller }) => getSlos(databaseFor('commands'), caller.scope))
