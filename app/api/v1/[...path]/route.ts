import { table } from '#lib/table.ts'
import { dispatcher, pathsOf, VERSION } from '../../_http/dispatch.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

const answer = dispatcher(VERSION, pathsOf(table))

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT }
