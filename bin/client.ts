/** `node bin/run.mjs client`: makes the database client after prisma/schema.prisma was changed; both are committed. */
import path from 'node:path'
import { generateClient } from '#lib/platform/prisma/generate.ts'

await generateClient(path.resolve(import.meta.dirname, '..'))
