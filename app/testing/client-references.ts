import { parseAst } from 'vitest/node'
import type { Plugin } from 'vitest/config'

/**
 * Modules that begin with 'use client' as the server knows them: names without contents. What they draw is not loaded at all, so that a test
 * can make pages as the server does, in a fraction of the time.
 */
export const clientReferences = (): Plugin => ({
  name: 'client-references',
  enforce: 'post',
  transform(code, id) {
    if (!/\/components\/.*\.tsx?$/.test(id) || !/^\s*['"]use client['"]/.test(code)) return null
    const names = exportedNames(code)
    return { code: names.map((name) => `export const ${name} = () => null`).join('\n'), map: null }
  },
})

/** Names of a module without types. */
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
