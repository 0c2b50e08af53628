import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { replaceEventHeads } from './docs/event-heads.ts'
import { replaceRolesTable } from './docs/roles-table.ts'
import { replaceRoleDefinition } from './docs/permissions-role.ts'

/** `npm run docs`: updates the parts of docs/ that are generated from the code. */
const pages = [
  { name: 'docs/azure-permissions.md', written: replaceRoleDefinition },
  { name: 'docs/access.md', written: replaceRolesTable },
  { name: 'docs/rules/events.md', written: replaceEventHeads },
]
for (const { name, written } of pages) {
  const page = path.resolve(import.meta.dirname, '..', name)
  writeFileSync(page, written(readFileSync(page, 'utf8')))
  process.stdout.write(`${name}\n`)
}
