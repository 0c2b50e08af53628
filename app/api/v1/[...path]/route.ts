import { table } from '#lib/table.ts'
import { dispatcher, createPathHandlers, VERSION } from '../../_http/dispatch.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

const answer = dispatcher(VERSION, createPathHandlers(table))

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT }
