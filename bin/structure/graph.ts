import path from 'node:path'
import type { Import, SourceFile } from './source.ts'

/** File names that Next loads by convention. */
const NEXT_FILE =
  /^app\/.*\/?(page|layout|route|error|global-error|global-not-found|not-found|loading|template|default|icon|manifest|robots)\.tsx?$/
const ENTRY = /^(?:bin\/[^/]+|instrumentation|proxy)\.(?:ts|mjs)$/

export const isEntry = (file: string) =>
  NEXT_FILE.test(file) || ENTRY.test(file) || /^app\/(page|layout)\.tsx$/.test(file)

/** Returns the files that import each file. Importing tests are left out. */
function importersOf(sources: readonly SourceFile[]): Map<string, { file: string; item: Import }[]> {
  const importers = new Map<string, { file: string; item: Import }[]>()
  for (const { file, imports, isCore } of sources)
    if (isCore || (file.startsWith('lab/') && !file.includes('.test.')))
      for (const item of imports)
        if (item.target !== null) importers.set(item.target, [...(importers.get(item.target) ?? []), { file, item }])
  return importers
}

/**
 * Returns files of at most `most` lines that only one file imports, if that file is in the same folder. Files that are
 * imported dynamically, re-exported, or have another directive than their importer are left out.
 */
export function smallFilesBesideImporter(sources: readonly SourceFile[], most: number): string[] {
  const importers = importersOf(sources)
  const byFile = new Map(sources.map((source) => [source.file, source]))
  return sources.flatMap(({ file, lines, isCore, directive }) => {
    const users = importers.get(file) ?? []
    const [only] = users
    if (!isCore || lines > most || !only || isEntry(file) || new Set(users.map((user) => user.file)).size !== 1)
      return []
    if (path.dirname(only.file) !== path.dirname(file)) return []
    if (users.some(({ item }) => item.isDynamic || item.as !== null)) return []
    if (directive !== null && byFile.get(only.file)?.directive !== directive) return []
    // A .mjs file runs on versions before Node 24, so it can't be merged with a file that needs Node 24.
    if (path.extname(file) === '.mjs' && path.extname(only.file) !== '.mjs') return []
    return [`${file} (${lines} lines) beside ${only.file}`]
  })
}

/**
 * Returns the exports of the product that no other file uses, and the exports that only tests use. A re-export counts
 * as a separate export.
 */
export function unusedExports(sources: readonly SourceFile[]): { byNobody: string[]; byTestsAlone: string[] } {
  const byFile = new Map(sources.map((source) => [source.file, source]))
  const used = { product: new Set<string>(), tests: new Set<string>() }
  const mark = (file: string | null, name: string, where: Set<string>): void => {
    if (file === null || where.has(`${file} ${name}`)) return
    where.add(`${file} ${name}`)
    // `export *` passes on names that the file does not declare itself, so they are marked in the file that it
    // re-exports
    for (const item of byFile.get(file)?.imports ?? []) if (item.as?.[0] === '*') mark(item.target, name, where)
  }
  const users = sources.map(({ file, imports, isCore }) => ({ imports, isProduct: isCore || file.startsWith('lab/') }))
  for (const { imports, isProduct } of users)
    for (const { target, names, as } of imports)
      if (as?.[0] !== '*') for (const name of names) mark(target, name, isProduct ? used.product : used.tests)
  const isUsed = (file: string, name: string, where: Set<string>) =>
    where.has(`${file} ${name}`) || where.has(`${file} *`)
  const exported = sources
    .filter(({ file, isCore }) => isCore && !isEntry(file))
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

/** Files in which every room (feature folder of lib) exports the same names; the folder identifies the room. */
const OF_EACH_ROOM = /^lib\/\w+\/(?:api\/endpoints|capability|jobs(?:\/index)?)\.ts$/

/** Returns the names that more than one file of the product declares and exports. */
export function findDuplicateNames(sources: readonly SourceFile[]): string[] {
  const places = new Map<string, string[]>()
  for (const { file, exports, isCore } of sources)
    if (isCore && !isEntry(file) && !OF_EACH_ROOM.test(file))
      for (const name of new Set(exports)) if (name !== 'default') places.set(name, [...(places.get(name) ?? []), file])
  return [...places].filter(([, files]) => files.length > 1).map(([name, files]) => `${name}: ${files.join(', ')}`)
}
