import { parseAst } from 'vitest/node'
import type { Plugin } from 'vitest/config'

/**
 * Replaces modules that begin with 'use client' by references as on the server: exported names without contents. Their
 * code is not loaded, so that a test can render pages as the server does, in a fraction of the time.
 */
export const createClientReferencesPlugin = (): Plugin => ({
  name: 'client-references',
  enforce: 'post',
  transform(code, id) {
    if (!/\/components\/.*\.tsx?$/.test(id) || !/^\s*['"]use client['"]/.test(code)) return null
    const names = exportedNames(code)
    return { code: names.map((name) => `export const ${name} = () => null`).join('\n'), map: null }
  },
})

/** Returns the names that a module exports, without types. */
function exportedNames(code: string): string[] {
  return parseAst(code).body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration') return []
    const { declaration, specifiers } = statement
    const named = specifiers.flatMap(({ exported }) => ('name' in exported ? exported.name : []))
    if (!declaration) return named
    if (declaration.type === 'VariableDeclaration')
      return declaration.declarations.flatMap(({ id }) => ('name' in id ? id.name : []))
    return 'id' in declaration && declaration.id && 'name' in declaration.id ? declaration.id.name : []
  })
}
