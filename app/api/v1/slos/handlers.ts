import { databaseBeside } from '#lib/questions/index.ts'
import { getSlos } from '#lib/reports/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('slos', ({ caller }) => getSlos(databaseBeside('commands'), caller.scope))
