import path from 'node:path'
import type { readScriptImports } from './files.ts'
import type { ModuleImport, SourceFile } from './source.ts'

/** File names that Next loads by its conventions. */
const NEXT_FILE =
  /^app\/.*\/?(page|layout|route|error|global-error|global-not-found|not-found|loading|template|default|icon|manifest|robots)\.tsx?$/
/** Matches programs, which no file imports, and the reporter that test runners load by its path. */
const ENTRY = /^(?:bin\/[^/]+|bin\/test\/slow-files|instrumentation|proxy)\.(?:ts|mjs)$/

export const isEntryPoint = (file: string) =>
  NEXT_FILE.test(file) || ENTRY.test(file) || /^app\/(page|layout)\.tsx$/.test(file)

/** Returns, for each file, the files that import it. Imports by tests are left out. */
function importersOf(sources: readonly SourceFile[]): Map<string, { file: string; item: ModuleImport }[]> {
  const importers = new Map<string, { file: string; item: ModuleImport }[]>()
  for (const { file, imports, isCore } of sources)
    if (isCore || (file.startsWith('lab/') && !file.includes('.test.')))
      for (const item of imports)
        if (item.target !== null) importers.set(item.target, [...(importers.get(item.target) ?? []), { file, item }])
  return importers
}

/**
 * Returns small files (at most `most` lines) that could be merged with the only file that imports them. Both are in the
 * same folder. A file is left out if it is imported dynamically or re-exported, or if its directive (such as `use
 * client`) differs.
 */
export function findMergeableFiles(sources: readonly SourceFile[], most: number): string[] {
  const importers = importersOf(sources)
  const byFile = new Map(sources.map((source) => [source.file, source]))
  return sources.flatMap(({ file, lines, isCore, directive }) => {
    const users = importers.get(file) ?? []
    const [only] = users
    if (!isCore || lines > most || !only || isEntryPoint(file) || new Set(users.map((user) => user.file)).size !== 1)
      return []
    if (path.dirname(only.file) !== path.dirname(file)) return []
    if (users.some(({ item }) => item.isDynamic || item.as !== null)) return []
    if (directive !== null && byFile.get(only.file)?.directive !== directive) return []
    // A .mjs file also runs on older versions of Node, so that it cannot be merged with a file that needs Node 24.
    if (path.extname(file) === '.mjs' && path.extname(only.file) !== '.mjs') return []
    return [`${file} (${lines} lines) beside ${only.file}`]
  })
}

/**
 * Returns the exports of the product that no other file uses (`byNobody`), and the exports that only tests use
 * (`byTestsAlone`). A re-export counts as an export of its own file.
 * @param scripts names that shell scripts import
 */
export function findUnusedExports(
  sources: readonly SourceFile[],
  scripts: ReturnType<typeof readScriptImports>,
): { byNobody: string[]; byTestsAlone: string[] } {
  const byFile = new Map(sources.map((source) => [source.file, source]))
  const used = { product: new Set<string>(), tests: new Set<string>() }
  const mark = (file: string | null, name: string, where: Set<string>): void => {
    if (file === null || where.has(`${file} ${name}`)) return
    where.add(`${file} ${name}`)
    // A name that `export *` passes on is declared in another file. The use is therefore recorded for that file.
    for (const item of byFile.get(file)?.imports ?? []) if (item.as?.[0] === '*') mark(item.target, name, where)
  }
  const users = sources.map(({ file, imports, isCore }) => ({ imports, isProduct: isCore || file.startsWith('lab/') }))
  for (const { imports, isProduct } of users)
    for (const { target, names, as } of imports)
      if (as?.[0] !== '*') for (const name of names) mark(target, name, isProduct ? used.product : used.tests)
  for (const { target, names } of scripts) for (const name of names) mark(target, name, used.product)
  const isUsed = (file: string, name: string, where: Set<string>) =>
    where.has(`${file} ${name}`) || where.has(`${file} *`)
  const exported = sources
    .filter(({ file, isCore }) => isCore && !isEntryPoint(file))
    .flatMap(({ file, exports, imports }) =>
      [...exports, ...imports.flatMap(({ as, isFile }) => (isFile && as && as[0] !== '*' ? as : []))].map((name) => ({
        file,
        name,
      })),
    )
    .filter(({ file, name }) => !isUsed(file, name, used.product))
  const line = ({ file, name }: { file: string; name: string }) => `${file}: ${name}`
  return {
    byNobody: exported.filter(({ file, name }) => !isUsed(file, name, used.tests)).map(line),
    byTestsAlone: exported.filter(({ file, name }) => isUsed(file, name, used.tests)).map(line),
  }
}

/** Files with the same name in every feature module (folder of lib). They may export the same names. */
const OF_EACH_ROOM = /^lib\/\w+\/(?:api\/endpoints|capability|jobs(?:\/index)?)\.ts$/

/** Returns the names that several files of the product declare and export. */
export function findDuplicateNames(sources: readonly SourceFile[]): string[] {
  const places = new Map<string, string[]>()
  for (const { file, exports, isCore } of sources)
    if (isCore && !isEntryPoint(file) && !OF_EACH_ROOM.test(file))
      for (const name of new Set(exports)) if (name !== 'default') places.set(name, [...(places.get(name) ?? []), file])
  return [...places].filter(([, files]) => files.length > 1).map(([name, files]) => `${name}: ${files.join(', ')}`)
}
