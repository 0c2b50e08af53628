/** `node bin/run.mjs client`: makes the database client anew, after prisma/schema.prisma was changed; it is committed with it. */
import path from 'node:path'
import { generateClient } from '#lib/platform/prisma/generate.ts'

await generateClient(path.resolve(import.meta.dirname, '..'))
